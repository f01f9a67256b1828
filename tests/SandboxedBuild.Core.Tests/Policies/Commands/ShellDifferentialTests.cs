using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// Random scripts: of one that is known, the shells run no other command, with no other words, and make no other file, than is known of it. 400 known
/// scripts, or 100,000 with SANDBOXEDBUILD_LONG=1; SANDBOXEDBUILD_SEED=n repeats them from one seed on.
/// </summary>
[Category("AnyUser")]
internal sealed partial class ShellDifferentialTests
{
    private const int AtOnce = 400;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 100_000 : 400;

    private static readonly int FirstSeed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    [Test]
    public void Shells_do_nothing_that_is_not_known_of_a_known_script()
    {
        Assert.That(ShellRecording.Shells, Is.Not.Empty);
        var random = new RandomShellScripts(FirstSeed);
        for (var done = 0; done < Rounds; done += AtOnce)
        {
            var scripts = Known(random).Take(AtOnce).ToList();
            foreach (var shell in ShellRecording.Shells)
            {
                var recordings = ShellRecording.Of(shell, scripts);
                if (scripts.Where((script, index) => Surprise(script, recordings[index]) is not null).OrderBy(static script => script.Length).FirstOrDefault() is { } surprising)
                {
                    var smallest = Shrink(shell, surprising);
                    Assert.Fail($"SANDBOXEDBUILD_SEED={FirstSeed}\n{shell}: {smallest.Replace("\n", "\\n", StringComparison.Ordinal)}\n{SurpriseOf(shell, smallest) ?? "(not this time)"}");
                }
            }
        }

        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={FirstSeed}");
    }

    [Test]
    public void And_a_surprise_would_be_seen()
    {
        var recording = ShellRecording.Of("/bin/sh", ["A=1 a 'b c' $Y > f; cd d; no || b >g"]).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Surprise("A=1 a 'b c' $Y >f; no; b >g", recording), Is.Null);
            Assert.That(Surprise("A=1 a b c $Y >f; no; b >g", recording), Does.Contain("a] [b c] [p] [-q]"));
            Assert.That(Surprise("A=2 a 'b c' $Y >f; no; b >g", recording), Does.Contain("[a]"));
            Assert.That(Surprise("A=1 a 'b c' $Y >f; no", recording), Does.Contain("[b]"));
            Assert.That(Surprise("A=1 a 'b c' $Y; no; b >g", recording), Does.Contain("f"));
            Assert.That(Surprise("a", new([], [], "sh: 1: x y: not found\n")), Does.Contain("x y"));
            Assert.That(Surprise("a", new([], [], "script: line 1: syntax error near unexpected token `('\n")), Does.Contain("token"));
            Assert.That(Surprise("a", new([], [], "script: 1: Syntax error: \"(\" unexpected\n")), Does.Contain("unexpected"));
            Assert.That(Surprise("[ a - f a ]", ShellRecording.Of("/bin/bash", ["[ a - f a ]"]).Single()), Is.Null, "the command says so, not the shell");
        }
    }

    private static IEnumerable<string> Known(RandomShellScripts random)
    {
        while (true)
        {
            if (random.Next() is var script && ShellScript.Read(script) is { Unknown: null, Commands.Length: > 0 })
            {
                yield return script;
            }
        }
    }

    private static string? SurpriseOf(string shell, string script) => Surprise(script, ShellRecording.Of(shell, [script]).Single());

    /// <summary>What a shell did that is not known of the script; null when there is nothing.</summary>
    private static string? Surprise(string script, ShellRecording recording)
    {
        var known = ShellScript.Read(script).Commands;
        if (!Fit([.. known.Where(static command => !command.Words.IsEmpty)], recording.Commands))
        {
            return $"ran {string.Join("; ", recording.Commands)}";
        }

        var targets = known.SelectMany(static command => command.Redirections).Where(static redirection => redirection.OpensFile).Select(static redirection => redirection.Target).ToList();
        if (recording.Files.FirstOrDefault(file => !targets.Any(target => !target.IsLiteral || Path.GetFileName(target.Text) == file)) is { } made)
        {
            return $"made {made}";
        }

        foreach (var name in NotFound().Matches(recording.Error).Select(static match => match.Groups["name"].Value))
        {
            // bash shows a name with what is not plain in quotes.
            if (!name.StartsWith("$'", StringComparison.Ordinal) && known.All(command => command.Name?.Split('\n')[^1] is not { } last || (last != name && last != name.Trim('\''))))
            {
                return $"looked for {name}";
            }
        }

        return SyntaxError().IsMatch(recording.Error) ? recording.Error : null;
    }

    /// <summary>Whether each program that ran is another one of the commands.</summary>
    private static bool Fit(ImmutableArray<SimpleCommand> commands, ImmutableArray<RecordedCommand> ran) =>
        ran.IsEmpty || commands.Where(command => Fits(command, ran[0])).Any(command => Fit(commands.Remove(command, ReferenceEqualityComparer.Instance), ran.RemoveAt(0)));

    private static bool Fits(SimpleCommand command, RecordedCommand ran) =>
        Fits(command.Words.AsSpan(), ran.Words.AsSpan())
        && (command.Assignments.LastOrDefault(static assignment => assignment.Name == "A") is { } a ? !a.Value.IsLiteral || a.Value.Text == ran.A : ran.A is null);

    private static bool Fits(ReadOnlySpan<ShellWord> words, ReadOnlySpan<string> ran)
    {
        if (words.IsEmpty || words[0].Kind != WordKind.AnyWords)
        {
            return words.IsEmpty ? ran.IsEmpty : !ran.IsEmpty && (!words[0].IsLiteral || words[0].Text == ran[0]) && Fits(words[1..], ran[1..]);
        }

        for (var taken = 0; taken <= ran.Length; taken++)
        {
            if (Fits(words[1..], ran[taken..]))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"^[^:\n]*: (line )?[0-9]+: (?<name>[^\n]*): (command )?not found$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotFound();

    /// <summary>Of the shell's own: bash's <c>[</c> complains of its words in the same way, with its name before.</summary>
    [GeneratedRegex(@"(?<!: (\[|test): )[Ss]yntax error", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SyntaxError();

    /// <summary>The shortest script that still surprises: pieces are left out as long as one can be.</summary>
    private static string Shrink(string shell, string script)
    {
        for (var length = Math.Max(1, script.Length / 2); length > 0; length /= 2)
        {
            for (var at = script.Length - length; at >= 0; at--)
            {
                if (at + length <= script.Length && script.Remove(at, length) is var shorter && ShellScript.Read(shorter).Unknown is null && SurpriseOf(shell, shorter) is not null)
                {
                    script = shorter;
                }
            }
        }

        return script;
    }
}
