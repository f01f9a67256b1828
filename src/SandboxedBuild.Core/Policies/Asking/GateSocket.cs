using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Policies;

/// <summary>
/// The way from a task to the person at the terminal: <c>dotnet sandbox build</c> listens on a unix socket, whose path its builds find in a
/// variable. A question is one line of JSON, and so is the answer.
/// </summary>
public static class GateSocket
{
    /// <summary>The variable with the socket's path. No step sees it.</summary>
    public const string Variable = "SANDBOXEDBUILD_GATE";

    /// <summary>What a question may have at most, in bytes: command lines end at 128 kB (execve(2), MAX_ARG_STRLEN).</summary>
    internal const int Longest = 1 << 20;

    /// <summary>Asks, and waits for the answer for as long as the one who listens lives.</summary>
    /// <param name="path">The socket's path.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The answer; <see cref="GateAnswer.No"/> when nobody of this user listens, or goes away without one.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static GateAnswer Ask(string path, GateQuestion question, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            if (PeerOf(socket) != Caller.Uid)
            {
                return GateAnswer.No;
            }

            using var stream = new NetworkStream(socket);
            stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(question, AskingJson.Default.GateQuestion), (byte)'\n']);
            return ReadLine(stream, cancellation) is { } line ? JsonSerializer.Deserialize(line, AskingJson.Default.GateAnswer) : GateAnswer.No;
        }
        catch (Exception e) when (e is IOException or SocketException or JsonException or ArgumentException)
        {
            // Nobody is there (any more), or no socket can have that path: what no person has said yes to does not run.
            return GateAnswer.No;
        }
    }

    /// <summary>The user of the process at the other end (unix(7), SO_PEERCRED: <c>struct ucred</c> is pid, uid, gid).</summary>
    internal static uint PeerOf(Socket socket)
    {
        const int SocketLevel = 1;
        const int PeerCredentials = 17;
        var credentials = new byte[12];
        return socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length ? BitConverter.ToUInt32(credentials, 4) : uint.MaxValue;
    }

    /// <summary>A line without its end; null when the other end goes away, or says too much.</summary>
    internal static string? ReadLine(NetworkStream stream, CancellationToken cancellation)
    {
        var line = new List<byte>();
        var buffer = new byte[4096];
        while (line.Count < Longest)
        {
            var read = stream.ReadAsync(buffer, cancellation).AsTask().GetAwaiter().GetResult();
            line.AddRange(buffer.AsSpan(0, read));
            if (read == 0 || buffer.AsSpan(0, read).Contains((byte)'\n'))
            {
                break;
            }
        }

        return line is [.., (byte)'\n'] ? Encoding.UTF8.GetString([.. line[..^1]]) : null;
    }
}
