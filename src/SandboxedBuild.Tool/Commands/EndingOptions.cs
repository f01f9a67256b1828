using System.CommandLine;
using SandboxedBuild.Commits;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary>What is to become of the changes.</summary>
/// <param name="Decision">Null: a person decides.</param>
/// <param name="OnFailure">After a command that failed, with <c>--commit</c>.</param>
/// <param name="Commit">How to commit.</param>
/// <param name="Print">Show the plan instead of running.</param>
/// <param name="Output">The file for the document, or null.</param>
internal sealed record Ending(Decision? Decision, Decision OnFailure, CommitRequest Commit, bool Print, string? Output);

/// <summary>Options of <c>run</c> that say how it ends.</summary>
internal sealed class EndingOptions
{
    private readonly Option<bool> _commit = new("--commit") { Description = "Commit the changes, if the command succeeds" };
    private readonly Option<bool> _hold = new("--hold") { Description = "Keep the changes for a later commit or rollback" };
    private readonly Option<bool> _discard = new("--discard") { Description = "Show the changes and throw them away" };
    private readonly Option<string> _onFailure = new("--on-failure") { Description = "With --commit, when the command fails: discard (default), hold or commit", HelpName = "discard|hold|commit", DefaultValueFactory = static _ => "discard" };
    private readonly Option<bool> _print = new("--print") { Description = "Show what the sandbox would be made of, and run nothing" };
    private readonly Option<string?> _output = new("--output") { Description = "With --format json: the file for the document", HelpName = "FILE" };
    private readonly SelectionOptions _selection = new();

    public void AddTo(Command command)
    {
        _onFailure.AcceptOnlyFromAmong("discard", "hold", "commit");
        foreach (var option in (Option[])[_commit, _hold, _discard, _onFailure])
        {
            command.Options.Add(option);
        }

        _selection.AddTo(command);
        command.Options.Add(_print);
        command.Options.Add(_output);
    }

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="SandboxException">It asks for two things at once.</exception>
    public Ending Read(Session session)
    {
        var parse = session.Parse;
        var chosen = new[] { (_commit, Decision.Commit), (_hold, Decision.Hold), (_discard, Decision.Discard) }.Where(pair => parse.GetValue(pair.Item1)).ToList();
        var output = parse.GetValue(_output);
        return chosen.Count > 1 ? throw Wrong($"{chosen[0].Item1.Name} and {chosen[1].Item1.Name} exclude each other")
            : output is not null && !session.IsJson ? throw Wrong("--output goes with --format json")
            : new(
                chosen.Count == 0 ? null : chosen[0].Item2,
                Enum.Parse<Decision>(parse.GetValue(_onFailure)!, ignoreCase: true),
                _selection.Request(session),
                parse.GetValue(_print),
                output is null ? null : session.Host.Absolute(output));

        SandboxException Wrong(string reason) => new(ToolDiagnostics.WrongCommandLine(reason, session.CommandName));
    }
}
