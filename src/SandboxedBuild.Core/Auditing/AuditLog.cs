using System.Collections.Immutable;
using System.Text;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;

namespace SandboxedBuild.Auditing;

/// <summary>
/// The files of a log, in an open directory: the newest lines in <c>steps.jsonl</c>, older ones in <c>steps.1.jsonl</c> and so on. Any number of processes may append at once:
/// each has the lock for as long as one line takes, and leaves whole lines, whatever happens to it or to the disk.
/// </summary>
/// <param name="directory">The directory, which is the user's own.</param>
/// <param name="largest">How many bytes a file has at most; one line may be longer.</param>
internal sealed class AuditLog(Descriptor directory, long largest = AuditLog.Largest)
{
    private const long Largest = 8 << 20;

    /// <summary>How many older files there are.</summary>
    private const int Kept = 4;

    private const string LockFile = "lock";

    /// <summary>A line takes less than a millisecond; longer than this waits only who waits for a process that was stopped in the middle of one.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);

    /// <summary>Adds a line.</summary>
    /// <exception cref="IOException">It cannot be written; the log is as before.</exception>
    public void Append(byte[] line)
    {
        using var turn = TakeTurn();
        if (!TryAppend(line))
        {
            Rotate();
            TryAppend(line);
        }
    }

    /// <summary>The files, the oldest first, open and at their beginning; whatever is appended or renamed meanwhile, each line is in one of them.</summary>
    public ImmutableArray<Stream> OpenAll()
    {
        // Where there is no lock, nobody has written, and perhaps nobody can.
        using var turn = Stat.TryOf(directory, Encoding.UTF8.GetBytes(LockFile)) is null ? null : TakeTurn(shared: true);
        return [.. Enumerable.Range(0, Kept + 1).Reverse().Where(IsThere).Select(OpenToRead)];
    }

    private static byte[] Name(int age) => Encoding.UTF8.GetBytes(age == 0 ? "steps.jsonl" : $"steps.{age}.jsonl");

    /// <summary>False if the file is full.</summary>
    private bool TryAppend(byte[] line)
    {
        using var file = OpenForAppending();
        var end = EndOfWholeLines(file);
        if (end > 0 && end + line.Length > largest)
        {
            return false;
        }

        try
        {
            Writing.At(file, line, end);
            return true;
        }
        catch (SystemCallException)
        {
            // A disk that is full takes a part of a line.
            Writing.SetLength(file, end);
            throw;
        }
    }

    private FileLock TakeTurn(bool shared = false)
    {
        using var patience = new CancellationTokenSource(s_longestWait);
        try
        {
            return FileLock.Take($"/proc/self/fd/{directory.Number}/{LockFile}", patience.Token, shared);
        }
        catch (OperationCanceledException e)
        {
            throw new IOException("another process keeps it locked", e);
        }
    }

    private bool IsThere(int age) => Stat.TryOf(directory, Name(age)) is not null;

    /// <summary>A rotation that was cut off leaves a gap, which the next one closes.</summary>
    private void Rotate()
    {
        if (IsThere(Kept))
        {
            Naming.RemoveFile(directory, Name(Kept));
        }

        for (var age = Kept - 1; age >= 0; age--)
        {
            if (IsThere(age))
            {
                Naming.Move(directory, Name(age), directory, Name(age + 1));
            }
        }
    }

    private Descriptor OpenForAppending() => Checked(IsThere(0) ? Opening.FileForWriting(directory, Name(0)) : Opening.NewFile(directory, Name(0)), Name(0));

    /// <summary>Whoever can plant a FIFO there would have it read, or written to.</summary>
    private static Descriptor Checked(Descriptor file, byte[] name)
    {
        if (Stat.Of(file).Type == EntryType.File)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{Encoding.UTF8.GetString(name)} is no file");
    }

    /// <summary>A process that is killed, or a machine that loses power, in the middle of a line leaves its beginning; it goes with the next line.</summary>
    private long EndOfWholeLines(Descriptor file)
    {
        const int Piece = 64 * 1024;
        var end = Stat.Of(file).Size;
        if (end == 0)
        {
            return end;
        }

        using var reading = Opening.File(directory, Name(0));
        Span<byte> last = stackalloc byte[1];
        if (Reading.At(reading, last, end - 1) == 1 && last[0] == '\n')
        {
            return end;
        }

        var buffer = new byte[Piece];
        while (end > 0)
        {
            var start = Math.Max(0, end - Piece);
            var read = Reading.At(reading, buffer.AsSpan(0, (int)(end - start)), start);
            if (buffer.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and var newline)
            {
                end = start + newline + 1;
                break;
            }

            end = start;
        }

        Writing.SetLength(file, end);
        return end;
    }

    private Stream OpenToRead(int age)
    {
        using var file = Checked(Opening.File(directory, Name(age)), Name(age));
        return new FileStream($"/proc/self/fd/{file.Number}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }
}
