using System.Globalization;
using System.Runtime.InteropServices;

namespace SandboxedBuild.Tool.Running;

/// <summary>Signals that ask the tool to end, while it has something to put away first.</summary>
internal sealed class Interruption : IDisposable
{
    public const int Interrupt = 2;
    public const int Quit = 3;

    private static readonly (PosixSignal Signal, int Number)[] s_signals =
        [(PosixSignal.SIGHUP, 1), (PosixSignal.SIGINT, Interrupt), (PosixSignal.SIGQUIT, Quit), (PosixSignal.SIGTERM, 15)];

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _number;

    private Interruption()
    {
        var ignored = Ignored();
        foreach (var (signal, number) in s_signals.Where(signal => (ignored >> (signal.Number - 1) & 1) == 0))
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Interlocked.CompareExchange(ref _number, number, 0);
                _source.Cancel();
            }));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The signal's number; 0 without one.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>Whether the terminal went away, which nobody asked for.</summary>
    public bool IsHangup => Number == 1;

    /// <summary>Signals cancel the token.</summary>
    public static Interruption Watched() => new();

    /// <summary>Signals wait until what has been begun is over: it takes a moment, and half of it would have to be recovered.</summary>
    public static IDisposable Deferred() => new Interruption();

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _source.Dispose();
    }

    /// <summary>The signals that this process was started to ignore, as nohup(1) and a shell's background jobs are (proc_pid_status(5)).</summary>
    private static ulong Ignored() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
            ? ulong.Parse(line.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : 0;
}
