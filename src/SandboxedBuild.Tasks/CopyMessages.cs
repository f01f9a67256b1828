using System.Diagnostics;
using Microsoft.Build.Framework;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Tasks;

/// <summary>Says how far the copy of a root has come, when it takes so long that somebody may wonder.</summary>
internal sealed class CopyMessages(IBuildEngine engine)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    public void Tell(CopyProgress progress)
    {
        if (_sinceLast.Elapsed < s_interval)
        {
            return;
        }

        _sinceLast.Restart();
        engine.LogMessageEvent(new BuildMessageEventArgs($"Copying {progress.Root} for its steps: {progress.Entries:N0} files and directories, {progress.Bytes / 1e6:N0} MB so far.", null, "SandboxedBuild", MessageImportance.High));
    }
}
