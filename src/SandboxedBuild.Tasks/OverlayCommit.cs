using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Build.Framework;
using SandboxedBuild.Auditing;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Diffs;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>Commits what the steps of an overlay changed: all of it, or nothing. The overlay is gone afterwards.</summary>
[MSBuildMultiThreadableTask]
public sealed class OverlayCommit : SandboxTask
{
    /// <summary>The overlay's id. Empty, as after a switched-off OverlayCreate, is an error unless the sandbox is off.</summary>
    public string Overlay { get; set; } = string.Empty;

    /// <summary>Globs, relative to the root, of what is committed; by default everything. The rest is thrown away.</summary>
    public string[] Include { get; set; } = [];

    /// <summary>Globs of what is not committed but thrown away.</summary>
    public string[] Exclude { get; set; } = [];

    /// <summary>Checks and reports, but commits nothing; the overlay stays.</summary>
    public bool DryRun { get; set; }

    /// <summary>What to do with entries that somebody else changed meanwhile: Error (default), Skip or Overwrite.</summary>
    public string? OnConflict { get; set; }

    /// <summary>Whether new programs keep their setuid and setgid bits, with which they run with their owner's rights; false by default.</summary>
    public bool AllowSetId { get; set; }

    /// <summary>Every change, directories too.</summary>
    [Output]
    public ITaskItem[] Changes { get; private set; } = [];

    /// <summary>Files that are new.</summary>
    [Output]
    public ITaskItem[] AddedFiles { get; private set; } = [];

    /// <summary>Files with other contents, or of another type.</summary>
    [Output]
    public ITaskItem[] ModifiedFiles { get; private set; } = [];

    /// <summary>Files that are gone.</summary>
    [Output]
    public ITaskItem[] DeletedFiles { get; private set; } = [];

    /// <summary>Files that have another path; the metadata OldPath has the former.</summary>
    [Output]
    public ITaskItem[] RenamedFiles { get; private set; } = [];

    /// <summary>Committed, Unchanged, or Held: after a dry run, or because protected paths are among the changes.</summary>
    [Output]
    public string Outcome { get; private set; } = string.Empty;

    private protected override bool Run()
    {
        if (IsOff())
        {
            return true;
        }

        var onConflict = Choice.Of("OnConflict", OnConflict, ConflictPolicy.Error);
        var watch = Stopwatch.StartNew();
        var overlay = BuildOverlays.Find(BuildEngine, Overlay, Store);
        using var turn = overlay.TryTakeTurn() ?? throw new SandboxException(InputDiagnostics.OverlayInUse(Overlay));
        overlay.Progress = new ProgressMessages(BuildEngine).Tell;
        var audit = DryRun ? null : new DecisionAudit(new(Log, BuildEngine, Settings, TaskEnvironment), AuditOrigin.Commit, overlay);
        var changes = Collector.Collect(overlay);
        var selection = new Selection(Include, Exclude);
        var diffs = Settings.EmbedPatch ? KeptDiffs.Read(changes, selection.Includes) : [];
        if (overlay.AwaitsReviewOf is { } target && !DryRun)
        {
            Log.Report(ExecutionDiagnostics.HeldForReview(target, overlay.Id));
            Tell(overlay.Id, [.. changes.Reported], diffs, Tasks.Outcome.Held, watch.Elapsed);
            audit?.Write(AuditOutcome.Held, [.. changes.Reported]);
            return true;
        }

        var (note, granted) = StepProtection.OfCommit(BuildEngine, Settings, TaskEnvironment);
        note = note.And(ProtectionNote.Of(overlay.Directory));
        try
        {
            var request = new CommitRequest(selection, onConflict, DryRun, Settings.Durability, Settings.Retention, AllowSetId) { Protection = StepProtection.For(note, granted) };
            var result = audit is null ? Commit.Run(overlay, changes, request) : audit.Watch(() => Commit.Run(overlay, changes, request));
            if (!DryRun)
            {
                overlay.Discard();
                CommittedFiles.Add(BuildEngine, TaskEnvironment.ProjectDirectory, result.Committed);
            }

            result.Warnings.ToList().ForEach(Log.Report);
            Tell(overlay.Id, result.Committed, diffs, result.Committed.IsEmpty ? Tasks.Outcome.Unchanged : DryRun ? Tasks.Outcome.Held : Tasks.Outcome.Committed, watch.Elapsed);
            audit?.Write(!result.Committed.IsEmpty ? AuditOutcome.Committed : changes.IsEmpty ? AuditOutcome.Unchanged : AuditOutcome.RolledBack, result.Committed);
            return true;
        }
        catch (ProtectedException e)
        {
            // A person decides, after the build.
            if (!DryRun)
            {
                note.Hold(overlay);
            }

            Log.Report(e.Diagnostic);
            Tell(overlay.Id, [.. changes.Reported], diffs, Tasks.Outcome.Held, watch.Elapsed);
            audit?.Write(AuditOutcome.Held, [.. changes.Reported], e.Diagnostic);
            return false;
        }
    }

    private void Tell(string overlay, ImmutableArray<Change> changes, ImmutableArray<KeptDiff> diffs, Outcome outcome, TimeSpan time)
    {
        ChangeReport.Log(this, "OverlayCommit", overlay, changes, diffs, outcome, time);
        Outcome = outcome.ToString();
        Changes = ChangeItems.Items(changes);
        AddedFiles = ChangeItems.Files(changes, ChangeKind.Added);
        ModifiedFiles = ChangeItems.Files(changes, ChangeKind.Modified);
        DeletedFiles = ChangeItems.Files(changes, ChangeKind.Deleted);
        RenamedFiles = ChangeItems.Files(changes, ChangeKind.Renamed);
    }
}
