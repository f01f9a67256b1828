using System.CommandLine;
using System.Globalization;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options that say what is committed.</summary>
internal sealed class SelectionOptions
{
    public SelectionOptions()
    {
        OnConflict.AcceptOnlyFromAmong("error", "skip", "overwrite");
        Durability.AcceptOnlyFromAmong("journal", "none");
        foreach (var option in new[] { KeepCommits, KeepDays })
        {
            option.Validators.Add(static result =>
            {
                if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[^1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100_000))
                {
                    result.AddError($"{result.IdentifierToken?.Value} wants a whole number from 0 to 100000.");
                }
            });
        }
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

    public Option<string> Durability { get; } = new("--durability")
    {
        Description = "journal: the commit is whole after a power failure too; none: after a crash or a kill only",
        HelpName = "journal|none",
        DefaultValueFactory = static _ => "journal",
    };

    public Option<int> KeepCommits { get; } = new("--keep-commits")
    {
        Description = "How many commits of the same roots can be undone; 0 for none",
        HelpName = "N",
        DefaultValueFactory = static _ => Retention.Default.Count,
    };

    public Option<int> KeepDays { get; } = new("--keep-days")
    {
        Description = "For how many days they can",
        HelpName = "N",
        DefaultValueFactory = static _ => (int)Retention.Default.Age.TotalDays,
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

    public CommitRequest Request(ParseResult parse, bool dryRun = false) => new(
        new(parse.GetValue(Include) ?? [], parse.GetValue(Exclude) ?? []),
        Enum.Parse<ConflictPolicy>(parse.GetValue(OnConflict)!, ignoreCase: true),
        dryRun,
        Enum.Parse<Durability>(parse.GetValue(Durability)!, ignoreCase: true),
        new(parse.GetValue(KeepCommits), TimeSpan.FromDays(parse.GetValue(KeepDays))),
        parse.GetValue(AllowSetId),
        IsReviewed: true)
    {
        Protection = parse.GetValue(AllowProtected) ? ProtectedPaths.None : ProtectedPaths.Default,
    };
}
