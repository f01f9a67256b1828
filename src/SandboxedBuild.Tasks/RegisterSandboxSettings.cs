using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tasks;

/// <summary>Called by the SDK's targets before all else in a project: makes its properties and items the defaults of its steps.</summary>
[MSBuildMultiThreadableTask]
public sealed class RegisterSandboxSettings : SandboxTask
{
    /// <summary><c>SandboxEnabled</c>: whether steps are sandboxed; true by default.</summary>
    public string? Enabled { get; set; }

    /// <summary><c>SandboxRoot</c>: the directory that steps may change; by default the repository's, solution's or project's.</summary>
    public string? Root { get; set; }

    /// <summary>The solution's directory, if there is a solution.</summary>
    public string? SolutionDirectory { get; set; }

    /// <summary><c>SandboxStrategy</c>: Auto (default), Overlay, FuseOverlay, Copy, GitWorktree, Snapshot or None.</summary>
    public string? Strategy { get; set; }

    /// <summary><c>SandboxIsolation</c>: Auto (Bubblewrap), Bubblewrap, Namespaces or None.</summary>
    public string? Isolation { get; set; }

    /// <summary><c>SandboxOnUnavailable</c>: Error (default), Weaken or Plain.</summary>
    public string? OnUnavailable { get; set; }

    /// <summary><c>SandboxNetwork</c>: None (default) or Host.</summary>
    public string? Network { get; set; }

    /// <summary><c>SandboxConfirm</c>: Deny (default), Hold or Approve.</summary>
    public string? Confirm { get; set; }

    /// <summary>
    /// <c>SandboxOverrideExec</c>: true or false (default). The SDK's targets read it; here it is only looked at, for another word would leave each Exec without a
    /// sandbox, and say nothing.
    /// </summary>
    public string? OverrideExec { get; set; }

    /// <summary><c>SandboxPolicyFile</c>: by default the nearest sandbox.json upward.</summary>
    public string? PolicyFile { get; set; }

    /// <summary><c>SandboxStateDirectory</c>: where overlays are kept.</summary>
    public string? StateDirectory { get; set; }

    /// <summary><c>SandboxDurability</c>: Journal (default) or None.</summary>
    public string? Durability { get; set; }

    /// <summary><c>SandboxKeepCommits</c>: how many commits of a root can be undone; 10 by default, 0 for none.</summary>
    public string? KeepCommits { get; set; }

    /// <summary><c>SandboxKeepDays</c>: for how many days; 7 by default.</summary>
    public string? KeepDays { get; set; }

    /// <summary><c>SandboxUndeclaredChanges</c>: Commit (default), Warn, Error or Discard.</summary>
    public string? UndeclaredChanges { get; set; }

    /// <summary><c>SandboxMemoryLimit</c>: how much memory a step may have, such as 2G.</summary>
    public string? MemoryLimit { get; set; }

    /// <summary><c>SandboxCpuLimit</c>: how many processors it may keep busy, such as 1.5.</summary>
    public string? CpuLimit { get; set; }

    /// <summary><c>SandboxProcessLimit</c>: how many processes and threads it may have at once.</summary>
    public string? ProcessLimit { get; set; }

    /// <summary><c>SandboxDiskLimit</c>: how much it may write to the overlay, such as 10G.</summary>
    public string? DiskLimit { get; set; }

    /// <summary><c>SandboxFileSizeLimit</c>: how large each file may be that it writes, such as 2G.</summary>
    public string? FileSizeLimit { get; set; }

    /// <summary><c>SandboxOpenFileLimit</c>: how many files each of its processes may have open.</summary>
    public string? OpenFileLimit { get; set; }

    /// <summary><c>SandboxTimeLimit</c>: how long it may take, such as 10m.</summary>
    public string? TimeLimit { get; set; }

    /// <summary><c>SandboxEmbedPatch</c>: whether the binlog gets what a step changed line by line; false by default.</summary>
    public string? EmbedPatch { get; set; }

    /// <summary><c>SandboxAuditLog</c>: whether each step is written to the audit log; true by default.</summary>
    public string? AuditLog { get; set; }

    /// <summary><c>SandboxTrace</c>: None (default), OnFailure or Always.</summary>
    public string? Trace { get; set; }

    /// <summary><c>SandboxTrackReads</c>: whether it is kept which files a step has read: false (default), true, or All for those outside of its roots, too.</summary>
    public string? TrackReads { get; set; }

    /// <summary><c>SandboxUndeclaredInputs</c>: Ignore (default), Warn or Error.</summary>
    public string? UndeclaredInputs { get; set; }

    /// <summary><c>@(SandboxPath)</c>, with the metadata <c>Access</c>.</summary>
    public ITaskItem[] Paths { get; set; } = [];

    /// <summary><c>@(SandboxLayer)</c>, with the metadata <c>MountPoint</c>.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary><c>SandboxListLayerConflicts</c>: whether it is told what layers hide of one another; false by default.</summary>
    public string? ListLayerConflicts { get; set; }

    /// <summary><c>@(SandboxPassEnvironment)</c>: names of variables.</summary>
    public ITaskItem[] PassEnvironment { get; set; } = [];

    /// <summary>The project's file.</summary>
    [Required]
    public string ProjectFile { get; set; } = string.Empty;

    /// <summary><c>NuGetPackageRoot</c> and <c>NuGetPackageFolders</c>: the package folder and the fallback folders.</summary>
    public string[] PackageFolders { get; set; } = [];

    private protected override bool Run()
    {
        Choice.Of("SandboxOverrideExec", OverrideExec, Switch.False);
        string directory = TaskEnvironment.ProjectDirectory;
        var settings = new SandboxSettings(
            Choice.Of("SandboxEnabled", Enabled, Switch.True) == Switch.True,
            Optional(Root) ?? RootDiscovery.DefaultFor(directory, SolutionDirectory),
            Choice.OrAuto("SandboxIsolation", Isolation, Sandboxing.Isolation.Bubblewrap),
            Choice.Of("SandboxOnUnavailable", OnUnavailable, Sandboxing.OnUnavailable.Error),
            Choice.Of("SandboxNetwork", Network, NetworkAccess.None),
            Strategies.Strategy.Parse("SandboxStrategy", Strategy),
            Choice.Of("SandboxConfirm", Confirm, GateDecision.Deny),
            Optional(PolicyFile),
            Optional(StateDirectory),
            Choice.Of("SandboxDurability", Durability, Commits.Durability.Journal),
            Retention.Parse(KeepCommits, KeepDays, ("SandboxKeepCommits", "SandboxKeepDays")),
            Choice.Of("SandboxUndeclaredChanges", UndeclaredChanges, Tasks.UndeclaredChanges.Commit),
            [.. Paths.Select(path => path.ToSandboxPath(TaskEnvironment))],
            [.. Layers.Select(layer => layer.ToSandboxLayer(TaskEnvironment))],
            Choice.Of("SandboxListLayerConflicts", ListLayerConflicts, Switch.False) == Switch.True,
            [.. PassEnvironment.Select(static name => name.ItemSpec)],
            [.. PackageFolders.Select(Optional).OfType<string>().Distinct(StringComparer.Ordinal)])
        {
            Trace = Choice.Of("SandboxTrace", Trace, TraceMode.None),
            Limits = new LimitTexts(MemoryLimit, CpuLimit, ProcessLimit, DiskLimit, FileSizeLimit, OpenFileLimit, TimeLimit).Read(static key => $"Sandbox{key}Limit"),
            TrackReads = Choice.Of("SandboxTrackReads", TrackReads, ReadTracking.False),
            UndeclaredInputs = Choice.Of("SandboxUndeclaredInputs", UndeclaredInputs, Tasks.UndeclaredInputs.Ignore),
            AuditLog = Choice.Of("SandboxAuditLog", AuditLog, Switch.True) == Switch.True,
            EmbedPatch = Choice.Of("SandboxEmbedPatch", EmbedPatch, Switch.False) == Switch.True,
        };
        ProjectSettings.Register(BuildEngine, directory, ProjectFile, settings);
        return true;
    }

    /// <summary>The values of a property that is on or off.</summary>
    private enum Switch
    {
        True,
        False,
    }

    private string? Optional(string? path) => string.IsNullOrWhiteSpace(path) ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, TaskEnvironment.ProjectDirectory));
}
