namespace SandboxedBuild.Tool.Tests;

/// <summary>With a person there.</summary>
internal sealed class TerminalTests
{
    private const string Question = "Commit these changes? [c]ommit, [h]old, [d]iscard, [s]how diff: ";

    [TestCase("c\n", true, 1, "1 modified (committed)")]
    [TestCase("commit\n", true, 1, "1 modified (committed)")]
    [TestCase("h\n", false, 1, "1 modified (held as ")]
    [TestCase("d\n", false, 0, "1 modified (thrown away)")]
    [TestCase("\x04", false, 1, "1 modified (held as ", TestName = "Who_goes_away_loses_nothing")]
    public void The_person_decides(string answer, bool isCommitted, int left, string said)
    {
        using var desk = new Desk { Variables = { ["NO_COLOR"] = "1", ["TERM"] = "xterm" } };
        using var terminal = desk.OnTerminal("run", "--", "sh", "-c", "echo hello; echo four >> a.txt; exit 5");
        terminal.See("hello\n").See("The command exited with code 5.\n").See("  modified  a.txt\n1 modified\n").See(Question).Type(answer);
        Assert.That(terminal.WaitForEnd(), Is.EqualTo(5), terminal.Screen);
        Assert.That(terminal.Screen, Does.Contain(said).And.Not.Contain("\e[3"));
        Assert.That((desk.Tree.Read("a.txt").Contains("four", StringComparison.Ordinal), desk.Overlays().Count()), Is.EqualTo((isCommitted, left)));
    }

    [Test]
    public void The_diff_is_shown_in_colours_and_asked_again()
    {
        using var desk = new Desk { Variables = { ["TERM"] = "xterm-256color" } };
        using var terminal = desk.OnTerminal("run", "--", "sh", "-c", @"printf 'x\ty\033[31m\n' >> a.txt");
        terminal.See("\e[33mmodified\e[m  a.txt\n").See("[s]how diff: ").Type("x\ns\n").See("\e[36m@@ -1,3 +1,4 @@\e[m\n").See("\e[32m+x\e[m\t\e[32my\\x1b[31m\e[m\n").Type("d\n");
        Assert.That(terminal.WaitForEnd(), Is.Zero);
    }

    [Test]
    public void Ctrl_C_at_the_question_leaves_nothing()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        using var terminal = desk.OnTerminal("run", "--", "sh", "-c", "rm -r *");
        Assert.That(terminal.See("[s]how diff: ").Type("\x03").WaitForEnd(), Is.EqualTo(130));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Ctrl_C_ends_a_command_that_does_not_want_to_end()
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        using var terminal = desk.OnTerminal("run", "--commit", "--", "sh", "-c", "trap '' INT TERM HUP; rm -r *; setsid sleep 300 & echo started; sleep 300");
        Assert.That(terminal.See("started\n").Type("\x03").WaitForEnd(), Is.EqualTo(130));
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void What_was_typed_before_the_question_is_no_answer()
    {
        using var desk = new Desk();
        using var terminal = desk.OnTerminal("run", "--", "sh", "-c", "echo started; sleep 1; rm a.txt");
        terminal.See("started\n").Type("c\n").See("[s]how diff: ");
        Assert.That(desk.Tree.Has("a.txt"));
        terminal.Type("d\n").WaitForEnd();
        Assert.That(desk.Tree.Has("a.txt"));
    }

    [Test]
    public void Help_fits_the_width()
    {
        using var desk = new Desk();
        using var terminal = desk.OnTerminal("run", "--help");
        Assert.That(terminal.WaitForEnd(), Is.Zero);
        Assert.That(terminal.Screen.Split('\n').Select(static line => line.Replace("\e[?1h\e=", "", StringComparison.Ordinal).Length), Has.All.LessThanOrEqualTo(80));
        Assert.That(terminal.Screen, Does.Contain("dotnet sandbox run [options] -- COMMAND [ARGUMENT]...\n"));
    }
}
