using System.Collections.Immutable;
using Microsoft.Build.Framework;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Diffs;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tasks;

/// <summary>What becomes of the changes of a step whose command is over: they are committed, held or thrown away.</summary>
/// <param name="engine">The build, which hears which files were committed.</param>
/// <param name="step">What was asked for.</param>
/// <param name="target">The step's target.</param>
/// <param name="admission">Why it may run.</param>
/// <param name="note">What is protected besides the usual paths.</param>
/// <param name="overlay">Where its writes were caught.</param>
internal sealed class StepConclusion(IBuildEngine engine, StepRequest step, string target, Admission admission, ProtectionNote note, Overlay overlay)
{
    /// <summary>Whether the overlay is to stay for a later decision.</summary>
    public bool Keeps { get; private set; }

    private ProtectedPaths Protection => StepProtection.For(note, admission.Grants.Protected);

    /// <summary>Decides, and does it.</summary>
    /// <param name="succeeded">Whether the command did.</param>
    /// <param name="time">When changes are to be committed.</param>
    /// <param name="request">What of them.</param>
    /// <param name="outputs">What the step says that it makes.</param>
    public StepResult Reach(bool succeeded, CommitTime time, CommitRequest request, DeclaredPaths outputs)
    {
        if (!succeeded && !overlay.Strategy.HasWayBack)
        {
            return TellInVain(request);
        }

        if (!succeeded && time != CommitTime.Always)
        {
            return new(Outcome.RolledBack, [], [.. new[] { overlay.RollBack() }.OfType<Diagnostic>()]);
        }

        var changes = Collector.Collect(overlay);
        var diffs = step.Settings.EmbedPatch ? KeptDiffs.Read(changes, request.Selection.Includes) : [];
        return Reach(changes, time, request, outputs) with { Diffs = diffs };
    }

    /// <summary>The step has failed, and what it did stays all the same: that is told like a commit.</summary>
    private StepResult TellInVain(CommitRequest request)
    {
        var result = Commit.Run(overlay, Collector.Collect(overlay), request with { Protection = Protection });
        overlay.RollBack();
        AddToBuild(result);
        return result.Committed.IsEmpty ? new(Outcome.Unchanged, [], []) : new(Outcome.Committed, result.Committed, [InPlaceDiagnostics.Stays(result.Committed), .. result.Warnings]);
    }

    private StepResult Reach(ChangeSet changes, CommitTime time, CommitRequest request, DeclaredPaths outputs)
    {
        var reported = changes.Reported.ToImmutableArray();
        if (admission.Reason == AdmissionReason.Hold && !changes.IsEmpty)
        {
            Keeps = true;
            note.Hold(overlay, reviewOf: target);
            return new(Outcome.Held, reported, [ExecutionDiagnostics.HeldForReview(target, overlay.Id)]);
        }

        if (step.IsShared || time == CommitTime.Never)
        {
            return Hold(reported);
        }

        var settings = step.Settings;
        var undeclared = settings.Undeclared is UndeclaredChanges.Warn or UndeclaredChanges.Error ? reported.Where(change => request.Selection.Includes(change) && !outputs.Covers(change)).ToList() : [];
        if (undeclared.Count > 0 && settings.Undeclared == UndeclaredChanges.Error)
        {
            throw new SandboxException(ChangeDiagnostics.Undeclared(undeclared, isError: true));
        }

        var selection = settings.Undeclared == UndeclaredChanges.Discard ? request.Selection.Of(outputs) : request.Selection;
        CommitResult result;
        try
        {
            result = Commit.Run(overlay, changes, request with { Selection = selection, Durability = settings.Durability, Retention = settings.Retention, Protection = Protection });
        }
        catch (ProtectedException e)
        {
            // A person decides; until then nothing is lost.
            return Hold(reported) with { Refusal = e.Diagnostic };
        }

        AddToBuild(result);
        return new(
            result.Committed.IsEmpty ? Outcome.Unchanged : Outcome.Committed,
            result.Committed,
            undeclared.Count == 0 ? result.Warnings : [ChangeDiagnostics.Undeclared(undeclared, isError: false), .. result.Warnings]);
    }

    private StepResult Hold(ImmutableArray<Change> changes)
    {
        Keeps = true;
        if (step.IsShared)
        {
            note.AddTo(overlay);
        }
        else
        {
            note.Hold(overlay);
        }

        return new(changes.IsEmpty && step.IsShared ? Outcome.Unchanged : Outcome.Held, changes, []);
    }

    private void AddToBuild(CommitResult result) => CommittedFiles.Add(engine, step.Environment.ProjectDirectory, result.Committed);
}
