namespace SandboxedBuild.TestKit;

/// <summary>Who runs the tests: each suite passes both as root and as an ordinary user.</summary>
public static class OrdinaryUser
{
    /// <summary>Whether the tests run as root, to which file modes mean nothing.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;
}
