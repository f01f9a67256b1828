using System.CommandLine;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options that say what is committed.</summary>
internal sealed class SelectionOptions
{
    public SelectionOptions() => OnConflict.AcceptOnlyFromAmong("error", "skip", "overwrite");

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

    public void AddTo(Command command)
    {
        command.Options.Add(Include);
        command.Options.Add(Exclude);
        command.Options.Add(OnConflict);
    }

    public CommitRequest Request(ParseResult parse, bool dryRun = false) => new(
        new(parse.GetValue(Include) ?? [], parse.GetValue(Exclude) ?? []),
        Enum.Parse<ConflictPolicy>(parse.GetValue(OnConflict)!, ignoreCase: true),
        dryRun,
        Retention: Retention.Default);
}
