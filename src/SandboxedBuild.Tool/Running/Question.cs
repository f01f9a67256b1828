namespace SandboxedBuild.Tool.Running;

/// <summary>Asks a person what is to become of a change set.</summary>
internal static class Question
{
    /// <summary>The answer, or null when a signal came first. A person who goes away (Ctrl-D, a closed terminal) wants nothing to be lost.</summary>
    /// <param name="host">The terminal.</param>
    /// <param name="protectedOnes">How many of the changes are protected: who wants these writes the whole word, and not a letter out of habit.</param>
    /// <param name="showDiff">Shows the changes.</param>
    /// <param name="interruption">Signals.</param>
    public static Decision? Ask(ToolHost host, int protectedOnes, Action showDiff, Interruption interruption)
    {
        var (question, commit) = protectedOnes == 0 ? ("Commit these changes?", "[c]ommit") : ($"Commit these changes, {protectedOnes} protected among them?", "commit (the whole word)");
        try
        {
            while (true)
            {
                switch (Prompt.Ask(host, question, [commit, "[h]old", "[d]iscard", "[s]how diff"], interruption.Token))
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
