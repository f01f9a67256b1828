using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tracing;

/// <summary>Reads what strace writes to a pipe while the step runs, so that a step that makes many calls fills no disk.</summary>
internal sealed class TraceStream : IDisposable
{
    /// <summary>strace's own lines begin with a number.</summary>
    private const string End = "end";

    private readonly TraceReader _reader;
    private readonly FileStream _pipe;
    private readonly FileStream _end;
    private readonly Thread _thread;
    private bool _isOver;

    private TraceStream(string path, TraceReader reader)
    {
        _reader = reader;

        // Open at both ends, so that neither waits for the other.
        _pipe = Open(path);

        // The pipe's name may be gone when the end is told.
        _end = Open(path);
        _thread = new(ReadLines) { IsBackground = true, Name = "trace" };
        _thread.Start();
    }

    /// <summary>Makes the pipe, and begins to read.</summary>
    /// <param name="directory">Where the pipe is.</param>
    /// <param name="plan">By which the step runs.</param>
    /// <param name="tracer">What is wanted of it.</param>
    public static TraceStream Start(string directory, SandboxPlan plan, Tracer tracer)
    {
        Fifo.Make(directory, Tracer.Output).Dispose();
        return new(Path.Combine(directory, Tracer.Output), new(plan.WorkingDirectory, tracer.TracksReads ? new([.. plan.Mounts.OfType<OverlayMount>().Select(static root => root.Destination)], LinkIn) : null));
    }

    /// <summary>What was seen, after strace has ended.</summary>
    public StepTrace Finish()
    {
        Stop();
        return _reader.Result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _end.Dispose();
        _pipe.Dispose();
    }

    /// <summary>What a symlink of the live tree holds; null for whatever is none, or cannot be looked at.</summary>
    private static string? LinkIn(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

    private void Stop()
    {
        if (!_isOver)
        {
            _isOver = true;
            _end.Write(Encoding.ASCII.GetBytes("\n" + End + "\n"));
            _thread.Join();
        }
    }

    private void ReadLines()
    {
        using var lines = new StreamReader(_pipe, Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024, leaveOpen: true);
        while (lines.ReadLine() is { } line && line != End)
        {
            try
            {
                _reader.Take(line);
            }
            catch (Exception e) when (e is ArgumentException or IOException)
            {
                // A name that .NET takes for no path. Whoever stops reading stops the step.
            }
        }
    }
}
