using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace SandboxedBuild.Interop;

/// <summary>
/// flock(2) on a file: held by this object alone (the descriptor is not handed to child processes), gone when it is disposed or the
/// process dies, and free of the surprises of fcntl locks, which any close of the file in the process drops.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int Exclusive = 2;
    private const int Shared = 1;
    private const int NonBlocking = 4;
    private const int Unlock = 8;

    /// <summary>Longer than anybody looks on a busy machine.</summary>
    private static readonly TimeSpan s_lookingTime = TimeSpan.FromSeconds(10);

    private readonly Descriptor _file;

    private FileLock(Descriptor file) => _file = file;

    /// <summary>Takes the lock if nobody else holds it; null if somebody does, or if the file is not there and may not be made.</summary>
    public static FileLock? TryTake(string path, bool create, bool shared = false)
    {
        // A FIFO in its place would have the call wait for somebody who writes to it.
        var flags = OpenFlags.CloseOnExec | OpenFlags.NoFollow | OpenFlags.NonBlocking | (create ? OpenFlags.Create : 0);
        var file = Open(Encoding.UTF8.GetBytes(path + "\0"), flags, 0x180);
        if (file.IsInvalid)
        {
            return create ? throw SystemCallException.Last("open", path) : null;
        }

        if (Flock(file, (shared ? Shared : Exclusive) | NonBlocking) == 0)
        {
            return new(file);
        }

        var error = Marshal.GetLastPInvokeError();
        file.Dispose();
        return error == Errno.TryAgain ? null : throw new SystemCallException("flock", path, error);
    }

    /// <summary>
    /// Takes the lock of a file that is there, or gives null when somebody else has it and keeps it. Whoever only looks shares it, and is
    /// waited for: that is over soon, and must not pass for somebody who has it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="moment">How long one who has it alone is waited for.</param>
    public static FileLock? TryTakeSoon(string path, TimeSpan moment)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(5))
        {
            if (TryTake(path, create: false) is { } taken)
            {
                return taken;
            }

            if (!File.Exists(path) || waited.Elapsed > s_lookingTime || (waited.Elapsed >= moment && !IsShared(path)))
            {
                return null;
            }
        }
    }

    private static bool IsShared(string path)
    {
        using var beside = TryTake(path, create: false, shared: true);
        return beside is not null;
    }

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for first.</exception>
    public static FileLock Take(string path, CancellationToken cancellation, bool shared = false)
    {
        while (true)
        {
            if (TryTake(path, create: true, shared) is { } taken)
            {
                return taken;
            }

            // flock(2) cannot wait and be cancelled at once.
            cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for the lock of an open directory, which needs no file for it; null where the filesystem knows no locks.</summary>
    /// <param name="directory">The directory; this object closes it.</param>
    /// <param name="shared">Whether others may have it too that ask for no more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for first.</exception>
    public static FileLock? Take(Descriptor directory, bool shared, CancellationToken cancellation = default)
    {
        var operation = (shared ? Shared : Exclusive) | (cancellation.CanBeCanceled ? NonBlocking : 0);
        while (Flock(directory, operation) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.Interrupted:
                    break;
                case Errno.TryAgain when !cancellation.IsCancellationRequested:
                    cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10));
                    break;
                case Errno.TryAgain:
                    directory.Dispose();
                    throw new OperationCanceledException(cancellation);
                default:
                    directory.Dispose();
                    return null;
            }
        }

        return new(directory);
    }

    /// <summary>
    /// Lets go at once: closing alone would not, while a process that was being started at this moment still has the descriptor.
    /// </summary>
    public void Dispose()
    {
        if (!_file.IsClosed)
        {
            _ = Flock(_file, Unlock);
            _file.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial Descriptor Open(ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(Descriptor file, int operation);
}
