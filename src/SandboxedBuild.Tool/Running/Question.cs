namespace SandboxedBuild.Tool.Running;

/// <summary>Asks a person what is to become of a change set.</summary>
internal static class Question
{
    /// <summary>The answer, or null when a signal came first. A person who goes away (Ctrl-D, a closed terminal) wants nothing to be lost.</summary>
    public static Decision? Ask(ToolHost host, Action showDiff, Interruption interruption)
    {
        try
        {
            while (true)
            {
                switch (Prompt.Ask(host, "Commit these changes?", ["[c]ommit", "[h]old", "[d]iscard", "[s]how diff"], interruption.Token))
                {
                    case null or 'h':
                        return Decision.Hold;
                    case 'c':
                        return Decision.Commit;
                    case 'd':
                        return Decision.Discard;
                    default:
                        showDiff();
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return interruption.IsHangup ? Decision.Hold : null;
        }
    }
}
