using Microsoft.Build.Framework;
using SandboxedBuild.Progress;

namespace SandboxedBuild.Tasks;

/// <summary>Says in the build's log how far something has come, when it takes so long that somebody may wonder: after two seconds, then less and less often.</summary>
/// <param name="engine">The log.</param>
/// <param name="clock">What time it is.</param>
internal sealed class ProgressMessages(IBuildEngine engine, TimeProvider? clock = null)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private (WorkKind Kind, string? Root)? _work;
    private TimeSpan _wait;
    private long _since;

    public void Tell(WorkProgress progress)
    {
        if (_work != (progress.Kind, progress.Root))
        {
            (_work, _wait, _since) = ((progress.Kind, progress.Root), s_first, _clock.GetTimestamp());
        }

        if (_clock.GetElapsedTime(_since) < _wait)
        {
            return;
        }

        // Each as long again as all before it, so that an hour has a handful of them and not hundreds.
        (_wait, _since) = (_wait * 2 < s_longest ? _wait * 2 : s_longest, _clock.GetTimestamp());
        engine.LogMessageEvent(new BuildMessageEventArgs(progress.Describe(), null, "SandboxedBuild", MessageImportance.Normal));
    }
}
