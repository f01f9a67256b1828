using System.Collections.Immutable;

namespace SandboxedBuild.Sandboxing;

/// <summary>
/// The command line that runs inside. While the sandbox is set up, its own complaints go to a file; the first thing inside is to give
/// the command its real standard error back and to close the descriptors that belong to the setup or came from further outside.
/// </summary>
public static class StepCommand
{
    /// <summary>
    /// Then it waits until the first process inside has closed the directories that the setup had open, the host's /proc among them, through which a command could
    /// get out: bwrap closes them when the command's process is there already.
    /// </summary>
    private const string Restore = """
        exec 2>&5 3<&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        _sbx() { for _sbx; do [ ! -d "$_sbx" ] || return 0; done; return 1; }
        _sbx_n=0
        while _sbx /proc/1/fd/*; do
          _sbx_n=$((_sbx_n + 1))
          [ $_sbx_n -lt 100000 ] || { echo "The sandbox's first process does not close what it has open: $_sbx. The command did not run." >&2; exit 125; }
        done
        unset -f _sbx
        unset _sbx _sbx_n

        """;

    /// <summary>Reads and runs a script of sh, as MSBuild's Exec does: in the same shell, so that <c>$0</c> and <c>exit</c> mean the same.</summary>
    /// <param name="shell">The shell: <c>sh</c>, or what the task's ToolExe and ToolPath name.</param>
    /// <param name="path">The script's absolute path.</param>
    public static ImmutableArray<string> Script(string shell, string path) => [shell, "-c", $"{Restore}. {Quote(path)}"];

    /// <summary>Whether these are the arguments of a command, the program's name first, before it has done anything of its own. All that sets it up has them among its own.</summary>
    internal static bool Begins(IEnumerable<string> arguments) => arguments.Take(3).ToArray() is [_, "-c", var script] && script.StartsWith(Restore, StringComparison.Ordinal);

    /// <summary>Whether a command runs this script.</summary>
    internal static bool Runs(ImmutableArray<string> command, string script) => command is [.., "-c", var text] && text == $"{Restore}. {Quote(script)}";

    /// <summary>Runs a program with its arguments, as they are.</summary>
    public static ImmutableArray<string> Program(IEnumerable<string> arguments) => ["/bin/sh", "-c", $"{Restore}exec \"$@\"", "sh", .. arguments];

    /// <summary>A word for sh that stands for this text and nothing else.</summary>
    private static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
