using SandboxedBuild.Interop;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Running;

/// <summary>Asks a person at the terminal for one of several words.</summary>
internal static class Prompt
{
    /// <summary>The first letter of the word that was chosen, asked for until it is one of them; null when the person goes away (Ctrl-D, a closed terminal).</summary>
    /// <param name="host">Whose terminal.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="words">The words, each with its letter in brackets: <c>[y]es</c>; one without is to be written whole, and has its first letter.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static char? Ask(ToolHost host, string question, IReadOnlyCollection<string> words, CancellationToken cancellation)
    {
        while (true)
        {
            Terminal.DropInput();
            host.Notes.Write(($"{question} ", Ink.Bold), (string.Join(", ", words) + ": ", Ink.Plain));
            var line = Task.Run(host.In.Value.ReadLine, CancellationToken.None);
            try
            {
                line.Wait(cancellation);
            }
            catch (OperationCanceledException)
            {
                host.Notes.Line();
                throw;
            }

            switch (line.Result?.Trim().ToLowerInvariant())
            {
                case null:
                    host.Notes.Line();
                    return null;
                case { Length: > 0 } answer when words.FirstOrDefault(word => answer == Whole(word) || (word.Contains('[', StringComparison.Ordinal) && answer == $"{Letter(word)}")) is { } chosen:
                    return Letter(chosen);
            }
        }
    }

    private static char Letter(string word) => word[word.IndexOf('[', StringComparison.Ordinal) + 1];

    private static string Whole(string word) => word.Replace("[", string.Empty, StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal).Split(' ')[0];
}
