using System.Text.RegularExpressions;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>What came of a command.</summary>
/// <param name="CommandLine">As a person would type it.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output and error, in the order in which they came.</param>
internal sealed partial record CommandResult(string CommandLine, int ExitCode, string Output)
{
    /// <summary>The codes of the errors that it printed, each once, sorted.</summary>
    public IReadOnlyList<string> Errors => Codes("error");

    /// <summary>The codes of the warnings that it printed, each once, sorted.</summary>
    public IReadOnlyList<string> Warnings => Codes("warning");

    /// <summary>Fails unless the command succeeded, without a warning.</summary>
    public CommandResult Succeeded()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode, Is.Zero, ToString());
            Assert.That(Warnings, Is.Empty, ToString());
        }

        return this;
    }

    /// <summary>Fails unless the command failed with these error codes and no others.</summary>
    public CommandResult FailedWith(params string[] codes)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode, Is.EqualTo(1), ToString());
            Assert.That(Errors, Is.EqualTo(codes), ToString());
        }

        return this;
    }

    public override string ToString() => $"{CommandLine}\n{Output}";

    private List<string> Codes(string category) =>
        [.. CanonicalMessage().Matches(Output).Where(match => match.Groups["category"].Value == category).Select(match => match.Groups["code"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\b(?<category>error|warning) (?<code>[A-Z]+[0-9]+):", RegexOptions.NonBacktracking)]
    private static partial Regex CanonicalMessage();
}
