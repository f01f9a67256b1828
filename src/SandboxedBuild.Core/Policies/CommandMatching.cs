namespace SandboxedBuild.Policies;

/// <summary>Whether a rule means a command: the one place where the two texts meet.</summary>
internal static class CommandMatching
{
    /// <summary>Whether a rule's <c>command</c> means this command.</summary>
    public static bool Admits(string rule, string command) => rule.Trim() == command.Trim();

    /// <summary>Whether a command only reads and so needs no rule.</summary>
    public static bool IsBuiltIn(string command) => false;

    /// <summary>Why a rule's <c>command</c> can mean no command, or null.</summary>
    public static string? Mistake(string rule) =>
        string.IsNullOrWhiteSpace(rule) ? "it has no words"
        : rule.Contains('\0', StringComparison.Ordinal) ? "no command has a NUL in it"
        : null;
}
