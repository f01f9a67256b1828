namespace SandboxedBuild.Tool.Tests;

/// <summary>Run and committed, a script leaves what it leaves without the tool.</summary>
internal sealed class SameTreeTests
{
    private const string Plants = "mkdir -p src/deep out; seq 1 100 > src/numbers; echo '#!/bin/sh' > src/tool; chmod 755 src/tool; ln -s numbers src/link; mkfifo pipe; touch -d 2019-03-04T05:06:07.123456789Z src/* out .; printf x > \"$(printf 'odd\\n\\377')\"";

    [TestCase("echo more >> src/numbers; echo less > src/tool", TestName = "Writing")]
    [TestCase("rm -r out src/deep pipe; rm odd*", TestName = "Deleting")]
    [TestCase("mv src source; mv source/tool 'out/a tool'; mkdir src; cp -a source/. src/", TestName = "Moving")]
    [TestCase("rm -r src; mkdir src; echo new > src/numbers; ln -s ../out src/deep; rm pipe; mkdir pipe", TestName = "Replacing")]
    [TestCase("chmod 700 src; chmod 600 src/numbers; touch -d 2001-02-03T04:05:06Z src out src/link; touch -h -d 2002-02-02 src/link", TestName = "Permissions_and_times")]
    [TestCase("tar -cf out/a.tar src; mkdir x; tar -xf out/a.tar -C x; truncate -s 1M sparse; ln sparse out/sparse; mkfifo out/p", TestName = "Packing")]
    [TestCase("git init -q . && git -c user.name=a -c user.email=a@b add src && git -c user.name=a -c user.email=a@b -c gc.auto=0 commit -qm m --date=2020-01-01T00:00:00Z && rm -r .git/logs .git/index .git/objects .git/refs .git/COMMIT_EDITMSG .git/hooks", TestName = "Git")]
    public void As_without_it(string script)
    {
        using var desk = new Desk(new TemporaryTree());
        var (direct, caught) = (desk.Tree.PathOf("direct"), desk.Tree.PathOf("caught"));
        foreach (var tree in new[] { direct, caught })
        {
            Directory.CreateDirectory(tree);
            Assert.That(Command.Run("bash", ["-ec", Plants], workingDirectory: tree).ExitCode, Is.Zero);
            File.WriteAllText(Path.Combine(tree, "script.sh"), "umask 022\n" + script);
        }

        var expected = Command.Run("bash", ["script.sh"], workingDirectory: direct).ExitCode;
        desk.RunIn(caught, "run", "--root", caught, "--commit", "--on-failure", "commit", "--allow-protected", "--", "bash", "script.sh").ShouldExitWith(expected);
        Assert.That(Describe(caught), Is.EqualTo(Describe(direct)));
        desk.ShouldHaveNothingLeft();
    }

    /// <summary>All that stays the same from run to run: times of now do not.</summary>
    private static string Describe(string tree)
    {
        var now = DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeSeconds();
        var lines = TreeDescription.Of(tree, TreeDetails.Times | TreeDetails.HardLinks | TreeDetails.Owners).Split('\n');
        return string.Join('\n', lines.Select(line => Recent(line, now)));
    }

    private static string Recent(string line, long now)
    {
        const string Mark = " modified ";
        var at = line.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return line;
        }

        var (time, rest) = line[(at + Mark.Length)..].Split(' ', 2) is [var first, var others] ? (first, " " + others) : (line[(at + Mark.Length)..], "");
        return double.Parse(time, System.Globalization.CultureInfo.InvariantCulture) < now ? line : line[..at] + Mark + "now" + rest;
    }
}
