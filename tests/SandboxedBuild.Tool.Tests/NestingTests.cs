using static SandboxedBuild.Tool.Tests.SandboxedProject;

namespace SandboxedBuild.Tool.Tests;

/// <summary>A sandbox in a sandbox: a whole build in one, whose steps are sandboxed again.</summary>
internal sealed class NestingTests
{
    [Test]
    public void A_build_in_a_sandbox_sandboxes_its_steps_again_or_says_why_it_cannot()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt; made.txt; ls -A $HOME &gt; home.txt; cat /proc/net/dev | wc -l &gt; links.txt; readlink /proc/self/ns/pid &gt; inner.txt&quot;") + Outer);
        Build(desk, [], "-t:Resolved").ShouldSucceed();
        var answer = Build(desk, ["run", "--commit", "--read-only", desk.Variables["NUGET_PACKAGES"], "--pass-environment", "NUGET_PACKAGES", "--"], "-p:SandboxConfirm=Approve");
        if (OrdinaryUser.IsRoot)
        {
            // Root's steps have no CAP_SETFCAP, without which no namespace can have root in it.
            Assert.That(answer.ShouldExitWith(1).Output, Does.Contain("error SBX1003: ").And.Contain("CAP_SETFCAP").And.Contain("dotnet build -p:SandboxEnabled=false"));
            Assert.That(desk.Tree.Has("made.txt"), Is.False);
            return;
        }

        answer.ShouldSucceed();
        Assert.That((desk.Tree.Read("made.txt"), desk.Tree.Read("home.txt"), desk.Tree.Read("links.txt")), Is.EqualTo(("made\n", "", "3\n")));
        Assert.That(desk.Tree.Read("inner.txt"), Is.Not.EqualTo(desk.Tree.Read("outer.txt")).And.StartsWith("pid:["));
    }

    [Test]
    public void Without_its_own_sandbox_the_build_has_that_around_it()
    {
        using var desk = On("App.proj", Step("Generate", "sh -c &quot;echo made &gt; made.txt; echo x &gt; /etc/x || echo no &gt; etc.txt&quot;") + Outer);
        Build(desk, [], "-t:Resolved").ShouldSucceed();
        Build(desk, ["run", "--commit", "--read-only", desk.Variables["NUGET_PACKAGES"], "--pass-environment", "NUGET_PACKAGES", "--"], "-p:SandboxEnabled=false").ShouldSucceed();
        Assert.That((desk.Tree.Read("made.txt"), desk.Tree.Read("etc.txt")), Is.EqualTo(("made\n", "no\n")));
    }

    private const string Outer = "<Target Name=\"Resolved\" /><Target Name=\"Around\" BeforeTargets=\"Generate\"><Exec Command=\"readlink /proc/self/ns/pid &gt; outer.txt\" /></Target>";

    /// <summary>What a whole build needs to see is named: the package folder, with the SDK in it.</summary>
    private static Answer Build(Desk desk, string[] before, string option)
    {
        string[] build = ["dotnet", "build", "App.proj", option, "-v:n"];
        var line = desk.Line([.. before]);
        return new(Command.Run(line[0], before.Length > 0 ? [.. line.Skip(1), .. build] : [.. line.Skip(1).TakeWhile(static word => word.Contains('=') || word == "-i"), .. build], workingDirectory: desk.Tree.Root));
    }
}
