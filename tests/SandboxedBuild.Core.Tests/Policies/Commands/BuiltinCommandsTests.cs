using System.Globalization;
using System.Text.RegularExpressions;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// What the built-in list admits runs no other program, and writes nothing: but for those that are there to write, and they only inside. 150 random
/// commands, or 20,000 with SANDBOXEDBUILD_LONG=1; SANDBOXEDBUILD_SEED=n repeats them. Without strace only the effects are compared.
/// </summary>
internal sealed partial class BuiltinCommandsTests
{
    private const int AtOnce = 150;

    private const string Watched = "execve,execveat,open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,symlink,symlinkat,chmod,fchmodat,chown,lchown,fchownat,truncate,utimensat,setxattr,lsetxattr,connect,settimeofday,clock_settime";

    private static readonly int Rounds = Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") == "1" ? 20_000 : AtOnce;

    private static readonly int FirstSeed = int.TryParse(Environment.GetEnvironmentVariable("SANDBOXEDBUILD_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount & 0xffffff;

    private static readonly string[] Writers = ["mkdir ", "touch ", "cp ", "mv ", "tee "];

    private static readonly CommandAllowlist List = new([], []);

    [Test]
    public void What_the_list_admits_neither_writes_nor_runs_anything()
    {
        var random = new RandomListedCommands(FirstSeed).Admitted(List);
        for (var done = 0; done < Rounds; done += AtOnce)
        {
            var commands = random.Take(AtOnce).ToList();
            if (Misdeed(commands) is { } misdeed)
            {
                Assert.Fail($"SANDBOXEDBUILD_SEED={FirstSeed}\n{string.Join('\n', commands.Select(static command => (command, Misdeed: Misdeed([command]))).Where(static pair => pair.Misdeed is not null).Select(static pair => $"{pair.command}\n{pair.Misdeed}").DefaultIfEmpty(misdeed))}");
            }
        }

        TestContext.Out.WriteLine($"SANDBOXEDBUILD_SEED={FirstSeed}");
    }

    [TestCase("sort -o x f")]
    [TestCase("find . -exec cat f ;", Description = "with the semicolon in quotes")]
    [TestCase("uniq f x")]
    [TestCase("git log --output=x")]
    [TestCase("mkdir ../x")]
    public void And_a_misdeed_would_be_seen(string command) =>
        Assert.That(Misdeed([command.Replace(" ;", " \\;", StringComparison.Ordinal)]), command.StartsWith("find", StringComparison.Ordinal) && !Strace ? Is.Null : Is.Not.Null);

    private static bool Strace { get; } = Command.Run("/bin/sh", ["-c", "strace -f -o /dev/null true"]).ExitCode == 0;

    /// <summary>What commands do that they should not; null when there is nothing.</summary>
    private static string? Misdeed(List<string> commands)
    {
        using var tree = new TemporaryTree();
        Shell.Run(tree.Root, RandomListedCommands.Plants);
        var readers = commands.Where(static command => !Array.Exists(Writers, writer => command.StartsWith(writer, StringComparison.Ordinal))).ToList();
        var before = Described(tree);
        var misdeed = Misdeed(tree, readers, static line => Writes().IsMatch(line) && !Harmless().IsMatch(line));
        return Described(tree) is var after && after != before
            ? $"{misdeed}\nleft other files:\n{after}"
            : misdeed ?? Misdeed(tree, [.. commands.Except(readers, StringComparer.Ordinal)], static line => Writes().IsMatch(line) && !Harmless().IsMatch(line) && Outside().IsMatch(line))
                ?? (Directory.GetFileSystemEntries(tree.Surroundings).Length > 2 ? "left files beside the tree" : null);
    }

    private static string? Misdeed(TemporaryTree tree, List<string> commands, Func<string, bool> isMisdeed)
    {
        var script = tree.Beside("script");
        File.WriteAllText(script, string.Join('\n', commands) + "\ntrue\n");
        if (!Strace)
        {
            Shell.Run(tree.Root, $"export GIT_OPTIONAL_LOCKS=0; ulimit -t 60; . {script} >/dev/null 2>&1");
            return null;
        }

        // The shell of the script and each command, or less where the shell has one of its own.
        var lines = Shell.Run(tree.Root, $"export GIT_OPTIONAL_LOCKS=0; ulimit -t 60; strace -f -qq -s 200 -e signal=none -e trace={Watched} -o /dev/stderr /bin/sh {script} 2>&1 >/dev/null").Split('\n');
        return lines.FirstOrDefault(isMisdeed)
            ?? (lines.Count(static line => line.Contains(" execve", StringComparison.Ordinal) && line.EndsWith(" = 0", StringComparison.Ordinal)) > commands.Count + 1
                ? string.Join('\n', lines.Where(static line => line.Contains(" execve", StringComparison.Ordinal) && line.EndsWith(" = 0", StringComparison.Ordinal)).Skip(2).Take(5))
                : null);
    }

    /// <summary>git refreshes the times in its index.</summary>
    private static string Described(TemporaryTree tree) =>
        string.Join('\n', tree.Describe().Split('\n').Where(static line => !line.Contains(".git/index", StringComparison.Ordinal)));

    /// <summary>Every watched call but those that open for reading, run, or ask who a user is.</summary>
    [GeneratedRegex(@"^\d+ +(?!exec|connect)(open(at2?)?\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)|(?!open)[a-z0-9]+\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Writes();

    [GeneratedRegex(@"""/dev/(null|tty|pts/\d+)""|\.git/index(\.lock)?""|= -1 |resumed>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Harmless();

    [GeneratedRegex(@"""(/|([^""]*/)?\.\.["" /])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outside();
}
