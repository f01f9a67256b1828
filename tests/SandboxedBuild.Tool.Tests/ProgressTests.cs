using SandboxedBuild.Progress;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Tests;

/// <summary>What takes long says on a terminal how far it has come, and nowhere else.</summary>
internal sealed class ProgressTests
{
    private const int Files = 20_000;

    /// <summary>One story, for it takes its time to write so many files.</summary>
    [Test]
    public void A_large_commit_has_a_bar_that_goes_away_and_a_pipe_or_a_dumb_terminal_gets_no_escape_code()
    {
        using var desk = new Desk { Variables = { ["TERM"] = "xterm", ["NO_COLOR"] = "1" } };
        Directory.CreateDirectory(desk.Tree.PathOf("many"));
        Enumerable.Range(0, Files).ToList().ForEach(number => File.WriteAllText(desk.Tree.PathOf($"many/{number}"), "before"));
        var redirected = desk.Run("run", "--hold", "--", "sh", "-c", "for file in many/*; do echo after > $file; done").ShouldSucceed();
        Assert.That(redirected.Error + redirected.Output, Does.Contain("20000 modified").And.Not.Contain("\e").And.Not.Contain("\r"));

        using (var terminal = desk.OnTerminal("commit", desk.Overlays().Single()))
        {
            Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
            Assert.That(terminal.Raw, Does.Match(@"\rCommitting \[[#-]+\] [0-9,]+ of 20,00[0-9]\e\[K\r").And.Contain("\r\e[K").And.Not.Contain("\e[3"));
            Assert.That(terminal.Raw[(terminal.Raw.LastIndexOf('\e') + "\e[K".Length)..], Does.Contain("20000 modified (committed)"), "the bar is gone by then");
        }

        desk.Variables["TERM"] = "dumb";
        using (var terminal = desk.OnTerminal("undo"))
        {
            Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
            Assert.That(terminal.Screen, Does.Contain("20000 as before").And.Not.Contain("\e"));
        }
    }

    [TestCase(80, "Committing [############------------------] 8,000 of 20,000")]
    [TestCase(40, "Committing [####------] 8,000 of 20,000")]
    [TestCase(30, "Committing 8,000 of 20,000")]
    [TestCase(20, "Committing 8,000 of")]
    public void It_is_as_wide_as_there_is_room(int columns, string expected)
    {
        var line = ProgressLine.Of("Committing", new(WorkKind.Committing, 8_000, 20_000), columns, 0);
        Assert.That(line, Is.EqualTo(expected).And.Length.LessThan(columns));
    }

    [TestCase(0, "| Recovering")]
    [TestCase(5, "/ Recovering")]
    public void What_has_no_end_that_is_known_turns(int turn, string expected) => Assert.That(ProgressLine.Of("Recovering", null, 80, turn), Is.EqualTo(expected));

    /// <summary>A line that goes on to the next one is not erased.</summary>
    [TestCase("/日本語", 20, "| Copying /日本語: ")]
    [TestCase("/😀😀😀😀", 15, "| Copying /😀")]
    [TestCase("/short", 20, "| Copying /short: 2")]
    public void Characters_that_are_two_columns_wide_count_so(string root, int columns, string expected) =>
        Assert.That(ProgressLine.Of("Making the sandbox", new(WorkKind.Copying, 2, null, 0, root), columns, 0), Is.EqualTo(expected));

    [TestCase(30_000)]
    [TestCase(long.MaxValue)]
    public void A_bar_is_never_longer_than_whole(long done) =>
        Assert.That(ProgressLine.Of("Committing", new(WorkKind.Committing, done, 20_000), 200, 0), Does.StartWith("Committing [##############################] "));

    [Test]
    public void A_path_cannot_write_on_the_terminal() =>
        Assert.That(ProgressLine.Of("Making the sandbox", new(WorkKind.Copying, 2, null, 0, "/a\e[2J\nb"), 80, 0), Is.EqualTo(@"| Copying /a\x1b[2J\x0ab: 2 entries so far"));
}
