namespace SandboxedBuild.Tool.Tests;

/// <summary><c>doctor</c>: what works here, and what refuses the rest.</summary>
internal sealed class DoctorTests
{
    [Test]
    public void It_tells_what_there_is_and_what_works()
    {
        using var desk = new Desk();
        var answer = desk.Run("doctor").ShouldSucceed();
        Assert.That(answer.Output, Does.Match("(?m)^bubblewrap +/.*bwrap [0-9.]+$").And.Match("(?m)^isolation +Bubblewrap +works \\(default\\)$").And.Match("(?m)^strategy +Overlay +works \\(default\\)$").And.EndWith("\nSteps can be sandboxed here.\n"));
        Assert.That(answer.Output, Does.Contain($"root            {desk.Tree.Root}, on "));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void Programs_get_a_document()
    {
        using var desk = new Desk();
        var document = desk.Run("doctor", "--format", "json").ShouldSucceed().Json;
        var facts = document["facts"]!.AsObject().Select(static pair => pair.Key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((int)document["version"]!, (bool)document["works"]!), Is.EqualTo((1, true)));
            Assert.That(facts, Is.EqualTo(new[] { "system", "caller", "surroundings", "security", "bubblewrap", "util-linux", "userNamespaces", "overlay", "fuse", "controlGroups", "root", "state" }));
            Assert.That(document["strategies"]!.AsArray().Select(static verdict => ((string)verdict!["name"]!, (bool)verdict["default"]!, (bool)verdict["works"]!)), Is.EqualTo(new[] { ("Overlay", true, true), ("FuseOverlay", false, true), ("Copy", false, true), ("GitWorktree", false, true), ("Snapshot", false, true), ("None", false, true) }));
            Assert.That(document["isolations"]!.AsArray().Select(static verdict => ((string)verdict!["name"]!, (bool)verdict["default"]!, (bool)verdict["works"]!)), Does.Contain(("Bubblewrap", true, true)).And.Contain(("Namespaces", false, true)));
        }
    }

    [Test]
    public void Without_bubblewrap_it_says_how_to_get_it_and_that_namespaces_would_do()
    {
        using var desk = new Desk();
        var answer = desk.RunBehind([.. Desk.MayMount, "sh", "-ec", "mount --bind /dev/null \"$(command -v bwrap)\"; exec \"$@\"", "sh"], "doctor").ShouldExitWith(1);
        Assert.That(answer.Output, Does.Contain("no bwrap on PATH").And.Contain("\n  SBX1001: ").And.Contain("sudo apt-get install bubblewrap").And.Match("(?m)^isolation +Namespaces +works$"));
    }

    [Test]
    public void Where_namespaces_are_refused_it_names_what_refuses_them_and_the_command_that_changes_it()
    {
        using var desk = new Desk();
        string[] refusing = ["unshare", "--user", "--map-root-user", "sh", "-ec", "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set=-sys_admin -- \"$@\"", "sh"];
        var answer = desk.RunBehind(refusing, "doctor").ShouldExitWith(1);
        Assert.That(answer.Output, Does.Contain("caller          root, who may not mount\n").And.Contain("userNamespaces  at most 0\n").And.Contain("  SBX1003: ").And.Contain("sudo sysctl user.max_user_namespaces="));
        var document = desk.RunBehind(refusing, "doctor", "--format", "json").ShouldExitWith(1).Json;
        Assert.That(((bool)document["works"]!, (string)document["isolations"]![0]!["diagnostic"]!["code"]!), Is.EqualTo((false, "SBX1003")));
    }

    [Test]
    public void A_root_that_is_not_there_is_an_error()
    {
        using var desk = new Desk();
        Assert.That(desk.Run("doctor", "--root", "missing").ShouldExitWith(2).Error, Does.StartWith("error SBX2003: "));
    }
}
