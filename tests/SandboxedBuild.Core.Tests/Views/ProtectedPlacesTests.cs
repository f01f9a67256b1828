using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a step may not write to, and learns so at once.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class ProtectedPlacesTests(Isolation isolation)
{
    [TestCase(".git/config")]
    [TestCase(".git/hooks/new")]
    [TestCase(".github/ci.yml")]
    [TestCase(".vscode/new")]
    [TestCase("sandbox.json")]
    [TestCase("global.json")]
    [TestCase("NuGet.Config")]
    [TestCase(".config/dotnet-tools.json")]
    [TestCase(".editorconfig")]
    [TestCase("Directory.Build.props")]
    [TestCase("src/Directory.Build.targets", TestName = "between the root and the working directory")]
    [TestCase("src/app/global.json", TestName = "in the working directory")]
    public void A_known_place_is_read_only(string path)
    {
        using var tree = Repository();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run($"cat {tree.PathOf(path)} >/dev/null 2>&1; echo x > {tree.PathOf(path)}", request => request with { WorkingDirectory = tree.PathOf("src/app") });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Status.ExitCode, Is.Not.Zero);
            Assert.That(step.Error, Does.Contain("Read-only file system"));
            Assert.That(sandbox.Changes.IsEmpty);
        }
    }

    [TestCase("rm .editorconfig")]
    [TestCase("mv .git .git2")]
    [TestCase("rm -rf .github")]
    [TestCase("mv src/app/x global.json")]
    public void It_can_neither_go_nor_be_replaced(string script)
    {
        using var tree = Repository();
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run(script + " 2>/dev/null").Status.ExitCode, Is.Not.Zero);
        Assert.That(ProtectedPaths.Default.Find(sandbox.Changes).Select(static found => found.Change.Path.ToString()).Where(static path => !path.StartsWith(".git2", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
    }

    [Test]
    public void What_is_elsewhere_is_written_and_judged_afterwards()
    {
        using var tree = Repository();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("echo x > src/Directory.Build.targets; echo x > src/app/app.csproj; mkdir .idea; echo x > .idea/new").ShouldSucceed();
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX3005"));
    }

    [Test]
    public void Nothing_is_made_where_nothing_is()
    {
        using var tree = new TemporaryTree { ["src/file"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("true").ShouldSucceed();
        Assert.That(sandbox.Changes.IsEmpty);
    }

    [TestCase(".git/**")]
    [TestCase(".git/refs/*")]
    [TestCase("**")]
    public void A_grant_opens_it(string granted)
    {
        using var tree = Repository();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("mkdir .git/refs; echo x > .git/refs/new", request => request with { Granted = [ProtectedGlob.In(tree.Root, granted)] }).ShouldSucceed();
        Assert.That(sandbox.Reported, Does.Contain("Added File .git/refs/new"));
    }

    [Test]
    public void A_path_of_the_project_s_own_comes_first()
    {
        using var tree = Repository();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run("ls -A .git; cat .git/x; cat .github/ci.yml; ls -A .vscode; echo x > .vscode/scratch", request => request with
        {
            Paths = [new(tree.PathOf(".git"), MountAccess.Hidden), new(tree.PathOf(".vscode"), MountAccess.Temporary)],
        });
        Assert.That((step.Status.ExitCode, step.Output, sandbox.Changes.IsEmpty), Is.EqualTo((0, "ci\n", true)));
    }

    [TestCase(".editorconfig", "ln -s ../outside link; rm -rf src/app; ln -s ../../outside src/app", TestName = "an earlier step has put a symlink above it")]
    [TestCase(".editorconfig", "rm -rf src; ln -s ../outside src", TestName = "or higher up")]
    [TestCase(".editorconfig", "rm -rf src; mkdir -p src/app; echo x > src/app/.editorconfig; echo x > src/app/x", TestName = "or has made it anew")]
    [TestCase(".editorconfig", "rm -rf src/app; echo x > src/app", TestName = "or has removed it")]
    public void Nothing_is_mounted_over_what_an_earlier_step_has_left(string name, string earlier)
    {
        using var tree = new TemporaryTree { ["src/app/.editorconfig"] = "root = true\n", ["src/app/x"] = "x", ["../outside/app/x"] = "x", ["../outside/x"] = "x" };
        var outside = Trees.Exact(tree.Beside("outside"));
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run(earlier).ShouldSucceed();
        var left = sandbox.Reported;
        var plan = PlanBuilder.Build(sandbox.Request(["/bin/true"]) with { WorkingDirectory = tree.PathOf("src/app") });
        sandbox.Run("true", request => request).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Mounts.Select(static mount => mount.Destination), Has.None.EndsWith(name));
            Assert.That(Trees.Exact(tree.Beside("outside")), Is.EqualTo(outside));
            Assert.That(sandbox.Reported, Is.EqualTo(left));
        }
    }

    [TestCase("global.json", "other.json")]
    [TestCase(".git", "store")]
    [TestCase(".git", "/oldroot/tmp")]
    public void A_symlink_is_left_to_the_judge(string name, string target)
    {
        using var tree = new TemporaryTree { ["other.json"] = "{}", ["store/x"] = "x", [name] = TreeEntry.SymbolicLink(target) };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run($"rm {name}; echo x > {name}").ShouldSucceed();
        Assert.That(sandbox.CommitRefused().Code, Is.EqualTo("SBX3005"));
    }

    [Test]
    public void A_hole_in_the_step_s_view_is_no_failure()
    {
        using var tree = Repository();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var plan = PlanBuilder.Build(sandbox.Request(["/bin/true"]));
        Assert.That(plan.Mounts.OfType<BindMount>().Where(mount => mount.Destination.StartsWith(tree.Root, StringComparison.Ordinal)), Has.All.Property("IsOptional").True.And.None.Property("Writable").True);
    }

    private static TemporaryTree Repository() => new()
    {
        [".git/config"] = "[core]\n",
        [".git/hooks/x"] = "x",
        [".github/ci.yml"] = "ci\n",
        [".vscode/tasks.json"] = "{}",
        [".config/dotnet-tools.json"] = "{}",
        ["sandbox.json"] = "{}",
        ["global.json"] = "{}",
        ["NuGet.Config"] = "<configuration/>",
        [".editorconfig"] = "root = true\n",
        ["Directory.Build.props"] = "<Project/>",
        ["src/Directory.Build.targets"] = "<Project/>",
        ["src/app/global.json"] = "{}",
        ["src/app/x"] = "x",
    };
}
