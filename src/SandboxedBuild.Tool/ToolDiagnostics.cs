using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool;

/// <summary>Diagnostics of what only a command line has.</summary>
internal static class ToolDiagnostics
{
    public static Diagnostic WrongCommandLine(string reason, string command) => new(
        "SBX2020",
        $"{reason.TrimEnd('.')}. What there is: {command} --help");

    public static Diagnostic CommitCutOff(string id) => new(
        "SBX2021",
        $"a commit of the overlay {id} was cut off, so that it is neither as it was nor done. Finish it first: dotnet sandbox recover");

    public static Diagnostic AlreadyCommitted(string id) => new(
        "SBX2022",
        $"the overlay {id} is committed already; what is left of it is the backup. See what was committed: dotnet sandbox show {id} – or undo it: dotnet sandbox undo {id}");

    public static Diagnostic NotCommitted(string id) => new(
        "SBX2023",
        $"the overlay {id} is not committed, so there is nothing to undo. Throw it away: dotnet sandbox rollback {id}");

    public static Diagnostic NoCurrentDirectory() => new(
        "SBX2025",
        "the current directory does not exist any more, so no path can be found from it. Go to one that does: cd \"$PWD\", or cd");

    public static Diagnostic NothingToUndo(string directory) => new(
        "SBX2024",
        $"no commit to {directory} or to a directory in it or above can be undone: none was made, or its backup is gone. See what there is: dotnet sandbox list");

    public static Diagnostic NobodyToAsk() => new(
        "SBX2040",
        "a review asks questions, and there is nobody to answer: standard input or standard error is no terminal. Look at it and decide without questions: dotnet sandbox diff ID – then dotnet sandbox commit ID, with --include or --exclude for a part of it");

    public static Diagnostic RuleGrantsSomethingElse(string file, AllowRule present, string rule) => new(
        "SBX2026",
        $"{file}({present.Line},{present.Column}) has a rule for the same steps, which grants something else; two would contradict each other. Change it there, for instance to: {rule}");

    public static Diagnostic PolicyChangedMeanwhile(string file) => new(
        "SBX2027",
        $"{file} was changed by somebody else in this moment, so nothing was written. Look at it and try again: cat {ShellQuoting.Quote(file)}");

    public static Diagnostic AnotherRuleComesFirst(string file, AllowRule first) => new(
        "SBX2028",
        $"the rule in {file}({first.Line},{first.Column}) comes first for the same steps, and it grants something else: the new one will not be asked. Change that one, or put the new one before it.")
    {
        IsWarning = true,
    };
}
