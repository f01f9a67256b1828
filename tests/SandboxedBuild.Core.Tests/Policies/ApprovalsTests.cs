using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Answers that are remembered.</summary>
internal sealed class ApprovalsTests
{
    private static readonly GateQuestion Question = new("/src/app", "Generate", "/src/app/App.csproj", "echo made > made.txt", ["network Host"]);

    private static readonly GateQuestion[] Others =
    [
        Question with { Command = "echo made > other.txt" },
        Question with { Target = "generate" },
        Question with { File = "/src/app/Other.csproj" },
        Question with { Project = "/src/other" },
        Question with { Grants = [] },
        Question with { Grants = ["network Host", "variable TOKEN"] },
        Question with { Grants = ["network Host "] },
    ];

    [Test]
    public void One_holds_for_the_same_question()
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        Assert.That(approvals.Hold(Question), Is.False);
        approvals.Remember(Question, DateTimeOffset.UnixEpoch);
        approvals.Remember(Question, DateTimeOffset.UnixEpoch);
        Assert.That((approvals.Hold(Question with { }), approvals.All().Length), Is.EqualTo((true, 1)));
    }

    [TestCaseSource(nameof(Others))]
    public void It_holds_for_no_other(GateQuestion other)
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        approvals.Remember(Question, DateTimeOffset.UnixEpoch);
        Assert.That(approvals.Hold(other), Is.False);
    }

    [Test]
    public void What_is_forgotten_holds_no_more()
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        approvals.Remember(Question, DateTimeOffset.UnixEpoch);
        approvals.Remember(Others[0], DateTimeOffset.UnixEpoch);
        var forgotten = approvals.Forget(Question.Hash[..12]);
        Assert.That((forgotten.Single().Question.Hash, approvals.Hold(Question), approvals.Hold(Others[0])), Is.EqualTo((Question.Hash, false, true)));
        approvals.Forget("");
        Assert.That(approvals.All(), Is.Empty);
    }

    [TestCase("echo made", "echo evil")]
    [TestCase("\"version\":1", "\"version\":2")]
    [TestCase("]}", "")]
    public void One_that_was_changed_by_hand_counts_for_nothing(string text, string by)
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        approvals.Remember(Question, DateTimeOffset.UnixEpoch);
        File.WriteAllText(approvals.File, File.ReadAllText(approvals.File).Replace(text, by, StringComparison.Ordinal));
        Assert.That((approvals.All().Length, approvals.Hold(Question)), Is.EqualTo((0, false)));
    }

    [TestCase("{ \"version\": 2, \"approvals\": [] }")]
    [TestCase("no json")]
    public void A_file_of_another_form_is_not_written_over(string text)
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        Directory.CreateDirectory(Path.GetDirectoryName(approvals.File)!);
        File.WriteAllText(approvals.File, text);
        Assert.That(() => approvals.Remember(Question, DateTimeOffset.UnixEpoch), Throws.InstanceOf<IOException>().With.Message.Contains("move it away"));
        Assert.That((approvals.Hold(Question), File.ReadAllText(approvals.File)), Is.EqualTo((false, text)));
    }

    [Test]
    public void Many_are_remembered_at_once()
    {
        using var tree = new TemporaryTree();
        var approvals = At(tree);
        Task.WaitAll([.. Enumerable.Range(0, 16).Select(number => Task.Run(() => approvals.Remember(Question with { Target = $"{number}" }, DateTimeOffset.UnixEpoch)))]);
        Assert.That(approvals.All(), Has.Length.EqualTo(16));
    }

    private static Approvals At(TemporaryTree tree) => Approvals.Of(Callers.At(tree.Beside("home")))!;
}
