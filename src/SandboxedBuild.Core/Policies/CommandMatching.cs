namespace SandboxedBuild.Policies;

/// <summary>What a rule's <c>command</c> may say.</summary>
internal static class CommandMatching
{
    /// <summary>Why a rule's <c>command</c> can mean no command, or null.</summary>
    public static string? Mistake(string rule)
    {
        try
        {
            CommandPattern.Parse(rule);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
