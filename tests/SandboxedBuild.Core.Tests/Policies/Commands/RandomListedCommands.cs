using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>Commands of the built-in list with options that their own help names, whole, cut short and gathered, and with operands; those that the list admits.</summary>
internal sealed partial class RandomListedCommands(int seed)
{
    /// <summary>What is in the directory that they run in, which is a repository of git too.</summary>
    public const string Plants = """
        umask 022; mkdir -p d/e; printf 'b\na\nb\n' > f; printf 'a\nx y\n' > g; cp f d/e/f; ln -s f l; mkdir out; touch -d @1 d/e/f
        git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -q -m one && git tag t && echo c >> g && touch -d @2 f
        """;

    /// <summary>Where they run.</summary>
    public static readonly string[] Names =
    [
        "ls", "cat", "head", "tail", "wc", "grep", "uname", "whoami", "id", "nproc", "basename", "dirname", "realpath", "readlink", "stat", "du", "df", "sort", "sort", "uniq", "uniq", "comm", "cut", "tr", "seq", "diff", "cmp", "file", "md5sum", "sha256sum", "cksum", "date", "date",
        "find", "find", "find", "git status", "git log", "git log", "git show", "git diff", "git diff", "git rev-list", "git rev-parse", "git describe", "git ls-files", "git ls-tree", "git cat-file", "git merge-base", "git", "git branch", "git grep",
        "mkdir", "touch", "cp", "cp", "mv", "mv", "tee",
    ];

    private static readonly string[] Operands = ["f", "g", "d", "l", "d/e", "./f", "HEAD", "HEAD:f", "t..HEAD", "x", "out", "out/x", "out/y", "../x", "/x", "..", "d/../../x", "1", "-1", "+1", "1,2", "a", "+%Y", "@0", "now", "always", "%h", "%G?", "%(describe)", "{}", ";", "!", "(", ")", "-", "--", "-o", "rm", "", "-exec", "-delete", "-fprint", "--output=x", "--output", "--outp=x", "--ext-diff", "--textconv", "--compress-program=rm", "-S1", "-T."];

    private static readonly ConcurrentDictionary<string, string[]> Options = new(StringComparer.Ordinal);

    private readonly Random _random = new(seed);

    /// <summary>What the list admits.</summary>
    public IEnumerable<string> Admitted(CommandAllowlist list)
    {
        while (true)
        {
            if (Next() is var command && list.Judge(command).IsAdmitted)
            {
                yield return command;
            }
        }
    }

    private string Next()
    {
        var name = Names[_random.Next(Names.Length)];
        return string.Join(' ', [name, .. Enumerable.Range(0, _random.Next(5)).Select(_ => $"'{(_random.Next(2) == 0 ? Option(name) : Operands[_random.Next(Operands.Length)])}'")]);
    }

    private string Option(string name)
    {
        var options = Options.GetOrAdd(name, static name => [.. OptionPattern().Matches(Help(name)).Select(static match => match.Groups["option"].Value).Distinct(StringComparer.Ordinal), "-x", "--y"]);
        var option = options[_random.Next(options.Length)];
        return _random.Next(8) switch
        {
            0 => option[..^_random.Next(option.Length / 2)],
            1 => option + options[_random.Next(options.Length)].TrimStart('-'),
            2 or 3 => option + "=" + Operands[_random.Next(Operands.Length)],
            4 => option + Operands[_random.Next(Operands.Length)],
            _ => option,
        };
    }

    private static string Help(string name)
    {
        var words = name.Split(' ');
        return Command.Run("/bin/sh", ["-c", words.Length > 1 ? $"git {words[1]} -h 2>&1" : $"{name} --help 2>&1"]).OutputText;
    }

    [GeneratedRegex(@"(^|[\s,\[|])(?<option>--?[A-Za-z0-9][A-Za-z0-9-]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptionPattern();
}
