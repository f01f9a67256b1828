using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SandboxedBuild.Interop;
using SandboxedBuild.Limits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// A plan made ready to run over an overlay: one program to start, with its arguments, by whoever reads its output. Every program of
/// the chain replaces the one before, so that the process that is started is bwrap in the end, or the unshare that waits for the sandbox's first process.
/// </summary>
public sealed class StepLaunch : IDisposable
{
    /// <summary>
    /// Starts the watch, then gives the descriptors: 3 what the isolation reads (bwrap's options, the end of the script), 4 its status, 5 the command's standard error while 2 takes the setup's, 6 the filter of system calls.
    /// The watch is no child of the chain, for strace ends when it has no child any more, and has a session of its own: what ends the process group of a build, as a terminal that is closed, is not to end it. So it must hold nothing that was handed down to the build, as a terminal whose other side waits for its end.
    /// </summary>
    private const string Start = """
        cd "$1" || exit
        ( setsid "$0" -c "$4" "$$" "$@" </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<step/alive 7<owner 8<&- 9<&- & )
        export "$3"
        while [ "$1" != -- ]; do shift; done
        shift
        exec 3<step/arguments 4>step/status 5>&2 6<step/filter 2>step/errors </dev/null
        exec "$@"
        """;

    /// <summary>
    /// The watch, which is in no control group of the step's, waits for the end of the step, which holds a lock as long as it lives. If the overlay's owner is still there, or has removed the state, all is well; if not, it was killed, and, unless the lock's file is gone from its
    /// place, for then the step had ended, whatever of the chain has not yet reached the point where it dies with its parent, or has been kept from that, is ended (see <see cref="SetupProcesses"/>), and the state goes. Of a step that writes to live roots itself the
    /// state stays, for it tells what was before; when nobody can be at work any more is noted.
    /// </summary>
    private const string Watch = """
        clean() {
          while [ "$1" != -- ]; do
            if [ -h "$1" ]; then rm -f -- "$1"; else rmdir "$1/step" "$1" || { chmod -R u+rwX -- "$1"; rm -rf -- "$1"; }; fi || return
            shift
          done
        }
        end() {
          for attempt in 1 2 3 4 5; do
            left=$(grep -lsF -- "$1" /proc/[0-9]*/environ)
            [ "$left" ] || return 0
            for process in $left; do
              process=${process#/proc/}
              kill -KILL "${process%/environ}"
            done
            sleep 0.2
          done
        }
        "$2" 6 || exit
        over=
        [ step/alive -ef /proc/self/fd/6 ] || over=yes
        exec 6<&- && { [ ! -e step/running ] || "$2" -s 7; } && "$2" -s -w 2 7 && [ -e owner ] || exit
        if [ ! "$over" ]; then
          [ "/proc/$0/cwd" -ef . ] && kill -KILL "$0"
          end "$3"
          first=
          if [ -f step/first ]; then read -r first <step/first; elif [ -f step/status ]; then read -r brace name first rest <step/status; fi
          first=${first%%[!0-9]*}
          [ "$first" ] && grep -qsE '^NSpid:([[:space:]]+[0-9]+)+[[:space:]]+1$' "/proc/$first/status" && kill -KILL "$first"
        fi
        [ ! -e step/running ] || : >step/ended
        [ ! -e held ] && [ ! -e commit.json ] && [ ! -e commit.done.new ] || exit
        shift 4
        for attempt in 1 2 3 4 5; do clean "$@" && exit; sleep 0.2; done
        """;

    /// <summary>What is shown in place of a hidden file; /dev/null could not be opened on a mount without devices.</summary>
    internal const string EmptyFile = "empty";

    /// <summary>The file in the step's directory whose lock says that the step is not over.</summary>
    private const string Alive = "alive";

    /// <summary>A program that a signal ended has this and the signal's number for its exit code.</summary>
    private const int FirstSignal = 128;

    /// <summary>How long the watch of the step before may take to see that all is well.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The command can reach the setup's standard error through the first process inside, and write there what it likes.</summary>
    private const int LongestErrors = 16 * 1024;

    private readonly Overlay _overlay;
    private readonly ImmutableArray<LayerMount> _layers;
    private readonly FileLock _alive;
    private readonly Fifo _errors;
    private readonly Fifo? _status;
    private readonly StepView? _view;
    private readonly TraceStream? _trace;
    private readonly bool _isInPlace;
    private readonly Lock _ending = new();
    private bool _isEnded;
    private bool _isDisposed;
    private bool _isOver;
    private StepStatus? _found;

    private StepLaunch(Overlay overlay, StepView? view, ImmutableArray<LayerMount> layers, FileLock alive, Fifo errors, Fifo? status, TraceStream? trace, bool isInPlace, string program, ImmutableArray<string> arguments)
    {
        _overlay = overlay;
        _view = view;
        _layers = layers;
        _alive = alive;
        _errors = errors;
        _status = status;
        _trace = trace;
        _isInPlace = isInPlace;
        Program = program;
        Arguments = arguments;
    }

    /// <summary>The program to start.</summary>
    public string Program { get; }

    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; }

    /// <summary>The environment to start it with; the command's own is in the plan.</summary>
    public static ImmutableDictionary<string, string> Environment { get; } =
        ImmutableDictionary<string, string>.Empty.Add("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").Add("LC_ALL", "C");

    /// <summary>Writes the files of the step and makes the command line. The caller has the overlay's turn.</summary>
    /// <param name="plan">What the step sees and runs.</param>
    /// <param name="overlay">Where what it writes is kept.</param>
    /// <param name="tools">The host's programs.</param>
    /// <param name="limited">How its limits are kept, if it has some.</param>
    /// <param name="tracer">What traces it, if it is to be traced.</param>
    /// <param name="isTrial">Whether it is no step at all.</param>
    public static StepLaunch Prepare(SandboxPlan plan, Overlay overlay, HostTools tools, LimitedStep? limited = null, Tracer? tracer = null, bool isTrial = false)
    {
        overlay.Roots.ToList().ForEach(static root => root.OpenLive().Dispose());
        overlay.Roots.ToList().ForEach(overlay.Strategy.Prepare);
        var view = overlay.Strategy.Mount(overlay, tools);
        try
        {
            return Prepare(limited?.Apply(plan) ?? plan, overlay, view, tools, limited, tracer, isTrial);
        }
        catch
        {
            view?.Dispose();
            throw;
        }
    }

    private static StepLaunch Prepare(SandboxPlan plan, Overlay overlay, StepView? view, HostTools tools, LimitedStep? limited, Tracer? tracer, bool isTrial)
    {
        LayeredMounts.LayOut(plan, overlay);
        var setup = tools.SetUp(plan, overlay);
        foreach (var (name, bytes) in setup.Files.Append((EmptyFile, [])))
        {
            StateFile.Write(Path.Combine(overlay.StepDirectory, name), bytes);
        }

        File.Delete(Path.Combine(overlay.StepDirectory, "status"));
        File.Delete(Path.Combine(overlay.StepDirectory, NamespaceScript.FirstProcess));

        var errors = Fifo.Make(overlay.StepDirectory, "errors");
        var status = setup.IsStatusInReach ? Fifo.Make(overlay.StepDirectory, "status") : null;

        using var patience = new CancellationTokenSource(s_patience);
        var alive = FileLock.Take(Path.Combine(overlay.StepDirectory, Alive), patience.Token);
        var isStep = overlay.Strategy.IsInPlace && !isTrial;
        if (isStep)
        {
            StepTimes.Begin(overlay);
        }

        ImmutableArray<string> group = limited?.Group is { } made ? [made.Path] : [];
        return new(overlay, view, LayeredMounts.In(plan), alive, errors, status, tracer is null ? null : TraceStream.Start(overlay.StepDirectory, plan, tracer), isStep, tools.Shell, ["-c", Start, "sh", overlay.Directory, tools.Lock, SetupProcesses.MarkOf(overlay.Id), Watch, .. overlay.Strategy.IsInPlace ? [] : overlay.Leftovers, .. group, "--", .. limited?.Enter(tools.Shell) ?? [], .. tracer?.Enter() ?? [], .. view?.Enter ?? [], .. tracer is null ? [] : tools.EndWithParent, .. setup.Chain]);
    }

    /// <summary>
    /// What became of the step, after its program has ended or was killed: when this returns, nothing of it runs any more, for the
    /// first process of a pid namespace goes last (pid_namespaces(7)).
    /// </summary>
    /// <param name="exitCode">
    /// With which the program has ended. It hands the command's on; the status only says that there was one, for the command may be able
    /// to write to it.
    /// </param>
    public StepStatus Finish(int exitCode)
    {
        End();
        var status = _found!;
        if (_isInPlace && !_isOver)
        {
            StepTimes.End(_overlay);
            _isOver = true;
        }

        _view?.Settle();

        // strace hands the command's exit code on unless it is killed: then the command's calls fail, and what it made of that is not its own.
        if (_trace is not null && exitCode > FirstSignal && status.ExitCode != exitCode)
        {
            status = status with { ExitCode = null };
        }

        return status.ExitCode is null ? status with { Cause = LayeredMounts.WhyRefused(_layers, _overlay, status.Errors) } : status with { ExitCode = exitCode };
    }

    /// <summary>
    /// Ends whatever of the step still runs although the program that was started has ended. Who reads the program's output to its end calls this first: what is left may hold the
    /// other end.
    /// </summary>
    public void End()
    {
        lock (_ending)
        {
            if (_isEnded || _isDisposed)
            {
                return;
            }

            _found ??= StepStatus.Of(StatusText(), Encoding.UTF8.GetString(_errors.Read(LongestErrors)).Trim());
            if (_found.ExitCode is null)
            {
                SetupProcesses.End(_overlay.Id);
            }

            if (FirstProcess(_found) is { } first)
            {
                SetupProcesses.EndFirst(first);
            }

            _isEnded = true;
        }
    }

    /// <summary>What was seen of the step, after it is over; null if it was not traced.</summary>
    internal StepTrace? Trace() => _trace?.Finish();

    /// <summary>Says that the step is over.</summary>
    public void Dispose()
    {
        lock (_ending)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _view?.Dispose();
        _errors.Dispose();
        _status?.Dispose();
        _trace?.Dispose();
        SayOver();
        _alive.Dispose();
    }

    /// <summary>Tells the watch that nothing of the step is left, so that it looks at no process while it has a lock that somebody else may want. Not where something may be left, or the end is not noted.</summary>
    private void SayOver()
    {
        if (!_isEnded || (_isInPlace && !_isOver))
        {
            return;
        }

        try
        {
            File.Delete(Path.Combine(_overlay.StepDirectory, Alive));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The state is being removed (see Overlay.DiscardSoon), and the lock's file with it; and a watch that looks does no harm.
        }
    }

    private ReadOnlySpan<byte> StatusText() =>
        _status is not null ? _status.Read(LongestErrors)
        : Path.Combine(_overlay.StepDirectory, "status") is var file && File.Exists(file) ? File.ReadAllBytes(file)
        : [];

    /// <summary>The number in a file that the command cannot reach, where the command can reach the status.</summary>
    private int? FirstProcess(StepStatus status) =>
        _status is null ? status.FirstProcess
        : Path.Combine(_overlay.StepDirectory, NamespaceScript.FirstProcess) is var file && File.Exists(file) && int.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first
        : null;
}
