using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace SandboxedBuild.Core.Tests;

/// <summary>A program that a script ran.</summary>
/// <param name="Words">Its name and arguments.</param>
/// <param name="A">The variable A in its environment; null without one.</param>
internal sealed record RecordedCommand(ImmutableArray<string> Words, string? A)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Words.Select(static word => $"[{word}]"));
}

/// <summary>What a script did when it ran.</summary>
/// <param name="Commands">The programs.</param>
/// <param name="Files">The names of the files that were made.</param>
/// <param name="Error">What the shell wrote to standard error.</param>
internal sealed record ShellRecording(ImmutableArray<RecordedCommand> Commands, ImmutableArray<string> Files, string Error)
{
    /// <summary>The programs there are: each only records that it ran.</summary>
    public static readonly ImmutableArray<string> Programs = ["a", "b", "no", "ab", "ba", "o", "aa", "n", "bb"];

    /// <summary>Shells that serve as sh.</summary>
    public static IEnumerable<string> Shells => new[] { "/bin/dash", "/bin/bash" }.Where(File.Exists);

    /// <summary>Runs scripts, each in an empty directory with an empty directory d in it, with Y="p -q" and Z="*".</summary>
    public static ImmutableArray<ShellRecording> Of(string shell, IReadOnlyList<string> scripts)
    {
        using var tree = new TemporaryTree { ["programs/sh"] = TreeEntry.SymbolicLink(shell) };
        foreach (var name in Programs)
        {
            File.CreateSymbolicLink(tree.PathOf($"programs/{name}"), NativeProgram.Record);
        }

        File.Move(tree.PathOf("programs/sh"), tree.PathOf("sh"));
        for (var index = 0; index < scripts.Count; index++)
        {
            Directory.CreateDirectory(tree.PathOf($"{index}/w/d"));
            File.WriteAllText(tree.PathOf($"{index}.script"), scripts[index]);
        }

        // Commands in the background hold the descriptor 9, for whose end this waits.
        Shell.Run(tree.Root, $$"""
            export Y='p -q' Z='*' PATH={{tree.PathOf("programs")}}
            ulimit -t 5
            index=0
            while [ $index -lt {{scripts.Count}} ]; do
                (cd $index/w && RECORD={{tree.Root}}/$index.record exec {{tree.PathOf("sh")}} ../../$index.script) 9>&1 >/dev/null 2>$index.error </dev/null
                index=$((index + 1))
            done
            true
            """);
        return [.. Enumerable.Range(0, scripts.Count).Select(index => new ShellRecording(
            [.. CommandsIn(tree.PathOf($"{index}.record"))],
            [.. Directory.EnumerateFiles(tree.PathOf($"{index}"), "*", SearchOption.AllDirectories).Select(static path => Path.GetFileName(path)!)],
            File.ReadAllText(tree.PathOf($"{index}.error"))))];
    }

    private static IEnumerable<RecordedCommand> CommandsIn(string record)
    {
        var fields = File.Exists(record) ? Encoding.UTF8.GetString(File.ReadAllBytes(record)).Split('\0') : [""];
        for (var at = 0; at + 1 < fields.Length;)
        {
            var count = int.Parse(fields[at], CultureInfo.InvariantCulture);
            yield return new([.. fields[(at + 2)..(at + 2 + count)]], fields[at + 1] is ['=', .. var a] ? a : null);
            at += 2 + count;
        }
    }
}
