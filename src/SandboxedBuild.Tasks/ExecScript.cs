using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Exec writes its command to a script and gives sh the line <c>-c ". PATH"</c>, with the path in a second pair of quotes when it has a
/// space, which sh then takes apart. The path is taken out of that line, so that such a TMPDIR works.
/// </summary>
internal static class ExecScript
{
    private const string Start = "\". ";

    /// <summary>The script's path.</summary>
    /// <exception cref="SandboxException">This version of Exec starts its script in another way.</exception>
    public static string PathIn(string commandLine)
    {
        var start = commandLine.IndexOf(Start, StringComparison.Ordinal);
        var end = commandLine.LastIndexOf('"');
        var path = start >= 0 && end > start + Start.Length ? commandLine[(start + Start.Length)..end].Trim('"') : null;
        return path is not null && File.Exists(path)
            ? path
            : throw new SandboxException(ExecutionDiagnostics.SandboxFailed($"MSBuild's Exec starts its script in a way that is not known: sh {commandLine.Trim()}"));
    }
}
