using static SandboxedBuild.Tool.Tests.SandboxedProject;

namespace SandboxedBuild.Tool.Tests;

/// <summary><c>dotnet sandbox build</c>: a real build, from the packed SDK, and a person who answers for its steps.</summary>
internal sealed class BuildTests
{
    private const string Question = "Run it in the sandbox? [o]nce, [a]lways, [n]o: ";

    [Test]
    public void Once_is_once()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt; made.txt&quot;"));
        using (var terminal = desk.OnTerminal("build"))
        {
            terminal.See("The build asks to run a step that no rule allows.\n").See($"  project  {desk.Tree.Root}\n  target   Generate, in {desk.Tree.PathOf("App.proj")}\n  command  sh -c \"echo made > made.txt\"\n").See(Question).Type("o\n");
            Assert.That(terminal.WaitForEnd(), Is.Zero, terminal.Screen);
        }

        Assert.That(desk.Tree.Read("made.txt"), Is.EqualTo("made\n"));
        using var again = desk.OnTerminal("build");
        again.See(Question).Type("n\n").See("error SBX2001");
        Assert.That(again.WaitForEnd(), Is.EqualTo(1), again.Screen);
    }

    [Test]
    public void Always_is_always_for_the_same_step_and_can_be_taken_back()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt;&gt; made.txt&quot;"));
        using (var terminal = desk.OnTerminal("build", "-v", "q"))
        {
            Assert.That(terminal.See(Question).Type("a\n").WaitForEnd(), Is.Zero, terminal.Screen);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Run("build").ShouldSucceed().Output, Does.Not.Contain("Run it"));
            Assert.That(desk.Tree.Read("made.txt"), Is.EqualTo("made\nmade\n"));
            desk.Run("allow", "--forget").ShouldSucceed();
            Assert.That(desk.Run("build").ExitCode, Is.EqualTo(1));
        }
    }

    [TestCase("-m:2")]
    [TestCase("-mt")]
    public void Of_many_that_ask_at_once_one_is_asked_about_at_a_time(string option)
    {
        string[] names = ["One", "Two", "Three"];
        using var desk = On("All.proj", $"<Target Name=\"Build\"><MSBuild Projects=\"{string.Join(';', names.Select(static name => name + ".proj"))}\" BuildInParallel=\"true\" /></Target>");
        foreach (var name in names)
        {
            desk.Tree[name + ".proj"] = Text(Step(name, $"sh -c &quot;echo made &gt; {name}.txt&quot;"));
        }

        using var terminal = desk.OnTerminal("build", "All.proj", option);
        terminal.SeeQuestion().Type("o\n").SeeQuestion().Type("o\n").SeeQuestion().Type("n\n");
        Assert.That(terminal.WaitForEnd(), Is.EqualTo(1), terminal.Screen);
        Assert.That(names.Count(name => desk.Tree.Has(name + ".txt")), Is.EqualTo(2));
        Assert.That(terminal.Screen.Split(Question), Has.Length.EqualTo(4));
    }

    [TestCase("\x04", 1, TestName = "Ctrl_D_is_no_yes")]
    [TestCase("\x03", null, TestName = "Ctrl_C_is_no_yes")]
    public void Who_goes_away_has_not_said_yes(string key, int? exitCode)
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt; made.txt&quot;"));
        using var terminal = desk.OnTerminal("build");
        terminal.See(Question).Type(key);
        var ended = terminal.WaitForEnd();
        Assert.That(ended, exitCode is { } code ? Is.EqualTo(code) : Is.Not.Zero, terminal.Screen);
        Assert.That(desk.Tree.Has("made.txt"), Is.False);
    }

    [Test]
    public void Without_a_terminal_the_answer_is_no()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt; made.txt&quot;"));
        Assert.That(desk.Run("build").ShouldExitWith(1).Output, Does.Contain("error SBX2001"));
    }

    [Test]
    public void A_hostile_command_cannot_write_on_the_terminal()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;true %1b]0;x%07&#x202e;&quot;"));
        using var terminal = desk.OnTerminal("build");
        terminal.See(@"  command  sh -c ""true \x1b]0;x\x07\xe2\x80\xae""").See(Question).Type("n\n");
        Assert.That(terminal.WaitForEnd(), Is.EqualTo(1), terminal.Screen);
    }
}
