using SandboxedBuild.Interop;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Running;

/// <summary>Asks a person what is to become of a change set.</summary>
internal static class Question
{
    /// <summary>The answer, or null when a signal came first. A person who goes away (Ctrl-D, a closed terminal) wants nothing to be lost.</summary>
    public static Decision? Ask(ToolHost host, Action showDiff, Interruption interruption)
    {
        while (!interruption.Token.IsCancellationRequested)
        {
            Terminal.DropInput();
            host.Notes.Write(("Commit these changes? ", Ink.Bold), ("[c]ommit, [h]old, [d]iscard, [s]how diff: ", Ink.Plain));
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
                case "c" or "commit":
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
