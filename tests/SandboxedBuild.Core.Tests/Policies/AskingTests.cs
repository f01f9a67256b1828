using System.Net.Sockets;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Questions of tasks to a person, over a socket.</summary>
internal sealed class AskingTests
{
    private static readonly GateQuestion Question = new("/src/app", "Generate", "/src/app/App.csproj", "echo 'a\nb' > made.txt", ["network Host", "variable TOKEN"]);

    [TestCase(GateAnswer.No)]
    [TestCase(GateAnswer.Once)]
    [TestCase(GateAnswer.Always)]
    public void The_answer_comes_back(GateAnswer answer)
    {
        GateQuestion? asked = null;
        using var listener = GateListener.Open((question, _) =>
        {
            asked = question;
            return answer;
        });
        Assert.That(GateSocket.Ask(listener.Path, Question, CancellationToken.None), Is.EqualTo(answer));
        Assert.That((asked!.Hash, asked.Command, asked.Grants.Length), Is.EqualTo((Question.Hash, Question.Command, 2)));
    }

    [Test]
    public void Many_are_answered_one_at_a_time()
    {
        var at = 0;
        var most = 0;
        using var listener = GateListener.Open((_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref at));
            Thread.Sleep(20);
            Interlocked.Decrement(ref at);
            return GateAnswer.Once;
        });
        var answers = Enumerable.Range(0, 8).Select(number => Task.Factory.StartNew(
            () => GateSocket.Ask(listener.Path, Question with { Target = $"Target{number}" }, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Task.WaitAll(answers);
        Assert.That((answers.All(static answer => answer.Result == GateAnswer.Once), most), Is.EqualTo((true, 1)));
    }

    [TestCase("/nonexistent/gate")]
    [TestCase("")]
    [TestCase("/tmp/123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public void Where_nobody_listens_the_answer_is_no(string path) => Assert.That(GateSocket.Ask(path, Question, CancellationToken.None), Is.EqualTo(GateAnswer.No));

    [Test]
    public void When_the_one_who_listens_goes_away_the_answer_is_no()
    {
        using var asked = new ManualResetEventSlim();
        var listener = GateListener.Open((_, over) =>
        {
            asked.Set();
            over.WaitHandle.WaitOne();
            throw new OperationCanceledException(over);
        });
        var answer = Task.Run(() => GateSocket.Ask(listener.Path, Question, CancellationToken.None));
        Assert.That(asked.Wait(TimeSpan.FromSeconds(10)));
        listener.Dispose();
        Assert.That(answer.Wait(TimeSpan.FromSeconds(10)) ? answer.Result : GateAnswer.Always, Is.EqualTo(GateAnswer.No));
        Assert.That(File.Exists(listener.Path), Is.False);
    }

    [Test]
    public void Who_asks_can_give_up()
    {
        using var cancellation = new CancellationTokenSource();
        using var listener = GateListener.Open((_, over) =>
        {
            cancellation.Cancel();
            over.WaitHandle.WaitOne();
            throw new OperationCanceledException(over);
        });
        Assert.That(() => GateSocket.Ask(listener.Path, Question, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("")]
    [TestCase("no json\n")]
    [TestCase("{}\n")]
    [TestCase("null\n")]
    [TestCase("{\"target\":")]
    public void Who_asks_in_no_way_of_ours_stops_nobody_else(string said)
    {
        using var listener = GateListener.Open(static (_, _) => GateAnswer.Once);
        using (var stranger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stranger.Connect(new UnixDomainSocketEndPoint(listener.Path));
            stranger.Send(System.Text.Encoding.UTF8.GetBytes(said));
        }

        Assert.That(GateSocket.Ask(listener.Path, Question, CancellationToken.None), Is.EqualTo(GateAnswer.Once));
    }

    [Test]
    public void Nobody_else_may_connect()
    {
        using var listener = GateListener.Open(static (_, _) => GateAnswer.Once);
        var directory = Path.GetDirectoryName(listener.Path)!;
        Assert.That(
            (File.GetUnixFileMode(directory), File.GetUnixFileMode(listener.Path)),
            Is.EqualTo((UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, UnixFileMode.UserRead | UnixFileMode.UserWrite)));
    }
}
