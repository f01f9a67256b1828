using System.Net.Sockets;
using System.Text.Json;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Policies;

/// <summary>
/// Listens for the questions of a build and has them answered one at a time, however many nodes ask at once. The socket lies in a directory that only its
/// owner may enter, and who connects must be the same user.
/// </summary>
public sealed class GateListener : IDisposable
{
    /// <summary>Who connects has his question ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _over = new();
    private readonly Func<GateQuestion, CancellationToken, GateAnswer> _answer;
    private readonly string _directory;
    private readonly Task _listening;

    private GateListener(string directory, Func<GateQuestion, CancellationToken, GateAnswer> answer)
    {
        _directory = directory;
        _answer = answer;
        Path = System.IO.Path.Combine(directory, "gate");
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _socket.Listen();
        _listening = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The socket's path, for <see cref="GateSocket.Variable"/>.</summary>
    public string Path { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="answer">Answers a question; its token is cancelled when the answer is not wanted any more.</param>
    /// <exception cref="IOException">There is no place for the socket.</exception>
    public static GateListener Open(Func<GateQuestion, CancellationToken, GateAnswer> answer)
    {
        // Not in TMPDIR: the path of a socket has 107 bytes at most (unix(7)).
        var directory = Directory.CreateDirectory($"/tmp/sandboxed-build-{Guid.NewGuid():N}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        try
        {
            return new(directory, answer);
        }
        catch (SocketException e)
        {
            Directory.Delete(directory, recursive: true);
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Whoever still waits for an answer is told nothing, and so no.</summary>
    public void Dispose()
    {
        _over.Cancel();
        _listening.Wait();
        _socket.Dispose();
        _over.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Listen()
    {
        try
        {
            while (true)
            {
                using var connection = _socket.AcceptAsync(_over.Token).AsTask().GetAwaiter().GetResult();
                if (GateSocket.PeerOf(connection) == Caller.Uid)
                {
                    Answer(connection);
                }
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // Nobody is to be answered any more.
        }
    }

    private void Answer(Socket connection)
    {
        try
        {
            using var stream = new NetworkStream(connection);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
            patience.CancelAfter(Patience);
            if (GateSocket.ReadLine(stream, patience.Token) is { } line && JsonSerializer.Deserialize(line, AskingJson.Default.GateQuestion) is { Grants.IsDefault: false } question)
            {
                stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(_answer(question, _over.Token), AskingJson.Default.GateAnswer), (byte)'\n']);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or JsonException || (e is OperationCanceledException && !_over.IsCancellationRequested))
        {
            // Who asked has gone, or does not ask as a task does.
        }
    }
}
