using SandboxedBuild.Diagnostics;

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
}
