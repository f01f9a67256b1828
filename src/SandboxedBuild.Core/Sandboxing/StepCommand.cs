using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The command line that runs inside. While the sandbox is set up, its own complaints go to a file; the first thing inside is to give
/// the command its real standard error back and to close the descriptors that belong to the setup or came from further outside.
/// </summary>
public static class StepCommand
{
    private const string Restore = "exec 2>&5 3<&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-";

    /// <summary>Reads and runs a script of sh, as MSBuild's Exec does: in the same shell, so that <c>$0</c> and <c>exit</c> mean the same.</summary>
    /// <param name="shell">The shell: <c>sh</c>, or what the task's ToolExe and ToolPath name.</param>
    /// <param name="path">The script's absolute path.</param>
    public static ImmutableArray<string> Script(string shell, string path) => [shell, "-c", $"{Restore}; . {Quote(path)}"];

    /// <summary>Runs a program with its arguments, as they are.</summary>
    public static ImmutableArray<string> Program(IEnumerable<string> arguments) => ["/bin/sh", "-c", $"{Restore}; exec \"$@\"", "sh", .. arguments];

    /// <summary>A word for sh that stands for this text and nothing else.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
