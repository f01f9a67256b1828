namespace SandboxedBuild.Tool.Tests;

/// <summary><c>dotnet sandbox review</c>, with a person there.</summary>
[Category("AnyUser")]
internal sealed class HeldReviewTests
{
    private const string Question = "Commit? [a]ll, [n]one, [f]ile by file, [s]how diff, [l]eave it held: ";

    private const string Script = "echo four >> a.txt; rm old.txt; mkdir -p new/deep; echo n > new/one; echo n > new/deep/two; mv dir/b.txt dir/c.txt; rmdir dir 2>/dev/null; true";

    private static Desk Desk() => new() { Variables = { ["NO_COLOR"] = "1" } };

    [Test]
    public void All_is_committed()
    {
        using var desk = Desk();
        var id = desk.Hold(Script);
        using var terminal = desk.OnTerminal("review", id);
        terminal.See($"overlay {id}  held").See("  modified  a.txt\n").See(Question).Type("a\n");
        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        Assert.That((desk.Tree.Read("a.txt"), desk.Tree.Has("old.txt"), desk.Tree.Read("new/deep/two"), desk.Tree.Read("dir/c.txt")), Is.EqualTo(("one\ntwo\nthree\nfour\n", false, "n\n", "b\n")));
    }

    [TestCase("n\n", 0, 0)]
    [TestCase("l\n", 1, 1)]
    [TestCase("\x04", 1, 1, TestName = "Ctrl_D_leaves_it_held")]
    [TestCase("f\nb\nl\n", 1, 1, TestName = "Going_back_leaves_everything")]
    [TestCase("f\nn\nn\nn\nn\nn\nb\nl\n", 1, 1, TestName = "Throwing_all_away_is_asked_for")]
    [TestCase("f\nn\nn\nn\nn\nn\ny\n", 0, 0, TestName = "All_may_be_refused_one_by_one")]
    public void Without_a_yes_nothing_is_committed(string answers, int exitCode, int left)
    {
        using var desk = Desk();
        var before = desk.Tree.Describe();
        var id = desk.Hold(Script);
        using var terminal = desk.OnTerminal("review", id);
        terminal.See(Question);
        Answer(terminal, answers);
        Assert.That(terminal.WaitForEnd(), Is.EqualTo(exitCode), terminal.Screen);
        Assert.That((desk.Tree.Describe(), desk.Overlays().Count()), Is.EqualTo((before, left)));
    }

    // In the order of their paths: a.txt, dir/c.txt (renamed), new/deep/two, new/one, old.txt.
    [TestCase("yyyyy", "a.txt new new/deep new/deep/two new/one dir/c.txt -old.txt -dir/b.txt")]
    [TestCase("ynnnn", "a.txt")]
    [TestCase("nynnn", "dir/c.txt -dir/b.txt")]
    [TestCase("nnynn", "new new/deep new/deep/two")]
    [TestCase("nnnyn", "new new/one")]
    [TestCase("nnnny", "-old.txt")]
    [TestCase("nnr", "new new/deep new/deep/two new/one -old.txt")]
    public void What_is_accepted_is_committed_and_the_rest_thrown_away(string answers, string expected)
    {
        using var desk = Desk();
        var before = desk.Tree.Describe().Split('\n');
        var id = desk.Hold(Script);
        using var terminal = desk.OnTerminal("review", id);
        terminal.See(Question);
        Answer(terminal, "f\n" + string.Concat(answers.Select(static letter => $"{letter}\n")) + "y\n");
        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        var after = desk.Tree.Describe().Split('\n');
        var changed = after.Except(before, StringComparer.Ordinal).Select(Name).Concat(before.Select(Name).Except(after.Select(Name), StringComparer.Ordinal).Select(static name => "-" + name));
        Assert.That(changed, Is.EquivalentTo(expected.Split(' ')), terminal.Screen);
        Assert.That(desk.Overlays().Count(), Is.EqualTo(1), "the backup");
    }

    [Test]
    public void A_directory_goes_when_all_in_it_does_and_what_changes_its_type_goes_as_one()
    {
        using var desk = Desk();
        var id = desk.Hold("rm -r dir; rm a.txt; mkdir a.txt; echo in > a.txt/file");
        using var terminal = desk.OnTerminal("review", id);
        terminal.See(Question);
        Answer(terminal, "f\ny\ny\ny\n");
        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        Assert.That(desk.Tree.Describe(), Is.EqualTo("d 755 .\nd 755 a.txt\nf 644 a.txt/file \"in\\n\"\nf 644 old.txt \"old\\n\"\n"));
    }

    [Test]
    public void The_diff_of_each_is_shown()
    {
        using var desk = Desk();
        var id = desk.Hold("echo four >> a.txt");
        using var terminal = desk.OnTerminal("review", id[17..21]);
        terminal.See(Question).Type("f\n").See("+four\n(1 of 1) modified a.txt: accept? [y]es, [n]o, [r]est too, [b]ack: ").Type("y\n").See("Commit all 1? [y]es, [b]ack: ").Type("y\n");
        Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
    }

    [Test]
    public void Without_an_id_all_that_are_held_are_gone_through()
    {
        using var desk = Desk();
        desk.Hold("echo first > first");
        desk.Hold("echo second > second");
        using var terminal = desk.OnTerminal("review");
        terminal.See("added     first\n").See(Question).Type("l\n").See("added     second\n");
        Answer(terminal, "a\n");
        Assert.That(terminal.WaitForEnd(), Is.EqualTo(1), terminal.Screen);
        Assert.That((desk.Tree.Has("first"), desk.Tree.Has("second")), Is.EqualTo((false, true)));
    }

    [Test]
    public void Ctrl_C_leaves_it_held()
    {
        using var desk = Desk();
        var id = desk.Hold(Script);
        using var terminal = desk.OnTerminal("review", id);
        Assert.That(terminal.See(Question).Type("\x03").WaitForEnd(), Is.EqualTo(130));
        Assert.That(desk.Overlays(), Is.EqualTo(new[] { id }));
    }

    [Test]
    public void Without_a_terminal_it_says_what_to_type()
    {
        using var desk = Desk();
        var id = desk.Hold(Script);
        Assert.That(desk.Run("review", id).ShouldExitWith(2).Error, Does.Contain("SBX2040").And.Contain("dotnet sandbox diff ID"));
    }

    /// <summary>Each answer waits for its question: what was typed before one is no answer.</summary>
    private static void Answer(TerminalSession terminal, string answers)
    {
        foreach (var answer in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            terminal.SeeQuestion().Type(answer == "\x04" ? answer : answer + "\n");
        }
    }

    private static string Name(string line) => line.Split(' ') is [_, _, var name, ..] ? name : line;
}
