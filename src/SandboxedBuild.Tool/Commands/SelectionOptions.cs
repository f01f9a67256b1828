using System.CommandLine;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options that say what is committed.</summary>
internal sealed class SelectionOptions
{
    public SelectionOptions()
    {
        OnConflict.AcceptOnlyFromAmong("error", "skip", "overwrite");
    }

    public Option<string[]> Include { get; } = new("--include")
    {
        Description = "A glob, relative to the root, of what is committed; default: everything. What is left out is thrown away",
        HelpName = "G",
    };

    public Option<string[]> Exclude { get; } = new("--exclude")
    {
        Description = "A glob of what is not committed but thrown away",
        HelpName = "G",
    };

    public Option<string> OnConflict { get; } = new("--on-conflict")
    {
        Description = "What to do with what somebody else changed meanwhile: error (commit nothing), skip (leave it as it is now) or overwrite",
        HelpName = "error|skip|overwrite",
        DefaultValueFactory = static _ => "error",
    };

    public Option<bool> AllowSetId { get; } = new("--allow-setid")
    {
        Description = "Lets new programs keep their setuid and setgid bits, with which they run with their owner's rights",
    };

    public Option<bool> AllowProtected { get; } = new("--allow-protected")
    {
        Description = "Commits protected paths too: what git, MSBuild, NuGet, editors and the like run or obey outside the sandbox",
    };

    public Option<string?> Durability { get; } = new("--durability")
    {
        Description = "journal: the commit is whole after a power failure too; none: after a crash or a kill only (environment: SandboxDurability; default: journal)",
        HelpName = "journal|none",
    };

    public Option<string?> KeepCommits { get; } = new("--keep-commits")
    {
        Description = $"How many commits of the same roots can be undone; 0 for none (environment: SandboxKeepCommits; default: {Retention.Default.Count})",
        HelpName = "N",
    };

    public Option<string?> KeepDays { get; } = new("--keep-days")
    {
        Description = $"For how many days they can (environment: SandboxKeepDays; default: {Retention.Default.Age.TotalDays})",
        HelpName = "N",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Include);
        command.Options.Add(Exclude);
        command.Options.Add(OnConflict);
        command.Options.Add(AllowSetId);
        command.Options.Add(AllowProtected);
        command.Options.Add(Durability);
        command.Options.Add(KeepCommits);
        command.Options.Add(KeepDays);
    }

    /// <summary>What the command line asks for; an option is asked before the environment variable.</summary>
    /// <exception cref="SandboxException">A value is none.</exception>
    public CommitRequest Request(Session session, bool dryRun = false)
    {
        var parse = session.Parse;
        return new(
            new(parse.GetValue(Include) ?? [], parse.GetValue(Exclude) ?? []),
            Enum.Parse<ConflictPolicy>(parse.GetValue(OnConflict)!, ignoreCase: true),
            dryRun,
            NamedValue.Of(Durability.Name, parse.GetValue(Durability) ?? session.Variable("SandboxDurability"), Commits.Durability.Journal),
            Retention.Parse(parse.GetValue(KeepCommits) ?? session.Variable("SandboxKeepCommits"), parse.GetValue(KeepDays) ?? session.Variable("SandboxKeepDays"), (KeepCommits.Name, KeepDays.Name)),
            parse.GetValue(AllowSetId),
            IsReviewed: true)
        {
            Protection = parse.GetValue(AllowProtected) ? ProtectedPaths.None : ProtectedPaths.Default,
        };
    }
}
