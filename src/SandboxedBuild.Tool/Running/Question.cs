using SandboxedBuild.Interop;
using SandboxedBuild.Tool.Output;

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
        while (!interruption.Token.IsCancellationRequested)
        {
            Terminal.DropInput();
            host.Notes.Write(
                (protectedOnes == 0 ? "Commit these changes? " : $"Commit these changes, {protectedOnes} protected among them? ", Ink.Bold),
                ($"{(protectedOnes == 0 ? "[c]ommit" : "commit (the whole word)")}, [h]old, [d]iscard, [s]how diff: ", Ink.Plain));
            var answer = Task.Run(host.In.Value.ReadLine);
            try
            {
                answer.Wait(interruption.Token);
            }
            catch (OperationCanceledException)
            {
                host.Notes.Line();
                break;
            }

            switch (answer.Result?.Trim().ToLowerInvariant())
            {
                case null:
                    host.Notes.Line();
                    return Decision.Hold;
                case "commit":
                case "c" when protectedOnes == 0:
                    return Decision.Commit;
                case "h" or "hold":
                    return Decision.Hold;
                case "d" or "discard":
                    return Decision.Discard;
                case "s" or "show" or "diff":
                    showDiff();
                    break;
            }
        }

        return interruption.IsHangup ? Decision.Hold : null;
    }
}
