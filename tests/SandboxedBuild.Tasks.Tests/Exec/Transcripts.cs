using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using NUnit.Framework.Constraints;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Logged events as lines of text that do not depend on the machine.</summary>
internal static partial class Transcripts
{
    public static string Line(BuildEventArgs logged) => logged switch
    {
        BuildErrorEventArgs error => Diagnostic("error", error.Code, Place(error.File, error.LineNumber, error.ColumnNumber), error.Message),
        BuildWarningEventArgs warning => Diagnostic("warning", warning.Code, Place(warning.File, warning.LineNumber, warning.ColumnNumber), warning.Message),
        TaskCommandLineEventArgs command => $"command: {command.Message}",
        BuildMessageEventArgs message => $"{message.Importance}: {message.Message}",
        _ => $"{logged.GetType().Name}: {logged.Message}",
    };

    /// <summary>
    /// Whether this is what a sandboxed step tells of itself: extended events, who let it run, what it used, and what it changed. None of it is part
    /// of Exec's contract.
    /// </summary>
    public static bool IsOfTheSandbox(BuildEventArgs logged) =>
        logged is IExtendedBuildEventArgs || (logged is BuildMessageEventArgs { Importance: not MessageImportance.High } && OwnMessage().IsMatch(logged.Message ?? ""));

    /// <summary>The name of the file that Exec writes a command to shows as <c>{script}</c>.</summary>
    public static string WithoutScriptNames(string text) => TemporaryScript().Replace(text, "{script}");

    /// <summary>The whole text, in which <c>…</c> stands for any text, of several lines too.</summary>
    public static IConstraint Match(string expected)
    {
        var lines = expected.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        return lines.Contains('…', StringComparison.Ordinal)
            ? Does.Match("\\A" + Regex.Escape(lines).Replace("…", @"[\s\S]*", StringComparison.Ordinal) + "\\z")
            : Is.EqualTo(lines);
    }

    private static string Diagnostic(string kind, string? code, string place, string? message) =>
        kind + (code is null ? "" : " " + code) + place + ": " + message;

    // Without a place of its own, an event is given the task's.
    private static string Place(string? file, int line, int column) =>
        file is null || file.EndsWith("the.csproj", StringComparison.Ordinal) ? "" : FormattableString.Invariant($" at {file}({line},{column})");

    [GeneratedRegex(
        @" used: |^Writes are caught by the strategy |^  (added|modified|deleted|renamed) ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex OwnMessage();

    [GeneratedRegex(@"/\S*/MSBuildTemp\w+/tmp\w+\.exec\.cmd", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TemporaryScript();
}
