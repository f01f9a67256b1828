using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Paths that a project shows, hides or gives away.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class PathTests(Isolation isolation)
{
    [TestCase(MountAccess.ReadOnly, "cat $p/file; ls $p; (echo x > $p/file) 2>/dev/null || echo refused", "mine\nfile\nsub\nrefused\n", "mine\n")]
    [TestCase(MountAccess.ReadWrite, "cat $p/file; echo step > $p/file; touch $p/sub/new", "mine\n", "step\n")]
    [TestCase(MountAccess.Hidden, "ls -A $p; (echo x > $p/file) 2>/dev/null || echo refused", "refused\n", "mine\n")]
    [TestCase(MountAccess.Temporary, "ls -A $p; echo x > $p/file; cat $p/file", "x\n", "mine\n")]
    public void A_directory_outside_the_roots(MountAccess access, string script, string output, string after)
    {
        using var outside = new TemporaryTree { ["file"] = "mine\n", ["sub/file"] = "x" };
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run($"p={outside.Root}; {script}", Shows(outside.Root, access)).ShouldSucceed().Output, Is.EqualTo(output));
        Assert.That((outside.Read("file"), outside.Has("sub/new")), Is.EqualTo((after, access == MountAccess.ReadWrite)));
    }

    [TestCase(MountAccess.ReadOnly, "cat file; (echo x > file) 2>/dev/null || echo refused", "mine\nrefused\n")]
    [TestCase(MountAccess.Hidden, "wc -c < file; (echo x > file) 2>/dev/null || true", "0\n")]
    public void A_file_in_a_root(MountAccess access, string script, string output)
    {
        using var tree = new TemporaryTree { ["file"] = "mine\n" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run(script, Shows(tree.PathOf("file"), access));
        Assert.That((step.Output, sandbox.Reported), Is.EqualTo((output, string.Empty)));
    }

    [TestCase(MountAccess.ReadOnly, "cat dir/file; (echo x > dir/file) 2>/dev/null || echo refused", "mine\nrefused\n")]
    [TestCase(MountAccess.Hidden, "ls -A dir; (echo x > dir/new) 2>/dev/null || echo refused", "refused\n")]
    [TestCase(MountAccess.Temporary, "ls -A dir; echo x > dir/new; cat dir/new", "x\n")]
    public void A_directory_in_a_root(MountAccess access, string script, string output)
    {
        using var tree = new TemporaryTree { ["dir/file"] = "mine\n" };
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run(script, Shows(tree.PathOf("dir"), access)).ShouldSucceed();
        sandbox.Commit();
        Assert.That((step.Output, Trees.Exact(tree.Root)), Is.EqualTo((output, before)));
    }

    [TestCase("missing", MountAccess.Hidden)]
    [TestCase("dir/missing", MountAccess.Hidden)]
    public void Nothing_is_hidden_where_nothing_is_and_no_ghost_is_left(string path, MountAccess access)
    {
        using var tree = new TemporaryTree { ["dir/file"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run("true", Shows(tree.PathOf(path), access)).ShouldSucceed();
        Assert.That(sandbox.Changes.IsEmpty);
    }

    [TestCase("dir", MountAccess.ReadWrite, TestName = "no writes past the overlay")]
    [TestCase("", MountAccess.Hidden, TestName = "a root itself")]
    [TestCase("", MountAccess.ReadWrite, TestName = "a root itself, past the overlay")]
    [TestCase("missing", MountAccess.ReadOnly, TestName = "read-only and missing")]
    [TestCase("missing", MountAccess.Temporary, TestName = "temporary and missing")]
    [TestCase("missing/below", MountAccess.Hidden, TestName = "below something missing")]
    [TestCase("link", MountAccess.Hidden, TestName = "a symlink to a file")]
    [TestCase("link", MountAccess.ReadOnly, TestName = "a symlink to a file, read-only")]
    [TestCase("dirlink", MountAccess.Temporary, TestName = "a symlink to a directory")]
    [TestCase("dirlink/file", MountAccess.Hidden, TestName = "below a symlink")]
    [TestCase("away/inside", MountAccess.Temporary, TestName = "below a symlink that leads outside")]
    [TestCase("dangling", MountAccess.Hidden, TestName = "a dangling symlink")]
    public void A_path_in_a_root_is_refused(string path, MountAccess access)
    {
        using var tree = new TemporaryTree
        {
            ["dir/file"] = "x",
            ["link"] = TreeEntry.SymbolicLink("dir/file"),
            ["dirlink"] = TreeEntry.SymbolicLink("dir"),
            ["away"] = TreeEntry.SymbolicLink("../outside"),
            ["dangling"] = TreeEntry.SymbolicLink("/oldroot/nowhere"),
            ["../outside/inside/file"] = "x",
        };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var refused = Refusal.Of(() => sandbox.Run("true", Shows(path.Length > 0 ? tree.PathOf(path) : tree.Root, access)));
        Assert.That(refused.Code, Is.EqualTo("SBX2009"), refused.Message);
    }

    [TestCase("relative")]
    [TestCase("~nobody/x")]
    public void A_path_that_is_not_absolute_is_refused(string path)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Refusal.Of(() => sandbox.Run("true", Shows(path, MountAccess.ReadOnly))).Code, Is.EqualTo("SBX2009"));
    }

    [TestCase("state")]
    [TestCase("state/below")]
    [TestCase(".")]
    [TestCase("link-to-state")]
    [TestCase("/")]
    public void The_state_of_overlays_is_never_given_away(string path)
    {
        using var tree = new TemporaryTree();
        File.CreateSymbolicLink(tree.Beside("link-to-state"), tree.Beside("state"));
        Directory.CreateDirectory(tree.Beside("state/below"));
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Refusal.Of(() => sandbox.Run("true", Shows(path == "." ? tree.Surroundings : tree.Beside(path), MountAccess.ReadWrite))).Code, Is.EqualTo("SBX2009"));
    }

    [Test]
    public void The_state_of_overlays_is_not_shown_for_writing_by_accident_of_a_wider_path()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run($"(echo x > {tree.Beside("state")}/planted) 2>/dev/null && echo written; true", Shows(tree.Surroundings, MountAccess.ReadOnly));
        Assert.That((step.Output, File.Exists(tree.Beside("state/planted"))), Is.EqualTo((string.Empty, false)));
    }

    [TestCase("/nonexistent/working/directory")]
    [TestCase("/home")]
    public void A_working_directory_that_is_not_seen_is_refused(string directory)
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(Refusal.Of(() => sandbox.Run("true", request => request with { WorkingDirectory = directory })).Code, Is.EqualTo("SBX2008"));
    }

    [Test]
    public void Tilde_is_the_home()
    {
        using var tree = new TemporaryTree { ["../state-home/cache/file"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        Assert.That(sandbox.Run("cat ~/cache/file; ls -A ~", Shows("~/cache", MountAccess.ReadOnly)).Output, Is.EqualTo("xcache\n"));
    }

    [TestCase(MountAccess.Temporary)]
    [TestCase(MountAccess.Hidden)]
    [TestCase(MountAccess.ReadOnly)]
    public void A_symlink_that_an_earlier_step_has_put_in_the_way_leads_nowhere(MountAccess access)
    {
        using var outside = new TemporaryTree { ["dir/file"] = "safe" };
        var before = Trees.Exact(outside.Root);
        using var tree = new TemporaryTree { ["sub/inner/file"] = "x", ["sub/leaf"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(isolation);

        // While bwrap sets up, the host's root is at /oldroot (CVE-2026-87766).
        sandbox.Run($"rm -r sub; ln -s /oldroot{outside.PathOf("dir")} sub").ShouldSucceed();
        foreach (var path in new[] { "sub/inner", "sub/leaf" }.Where(path => access != MountAccess.Temporary || path == "sub/inner"))
        {
            try
            {
                sandbox.Run("true", Shows(tree.PathOf(path), access));
            }
            catch (SandboxedBuild.Diagnostics.SandboxException)
            {
                // Refused: even better.
            }
        }

        Assert.That(Trees.Exact(outside.Root), Is.EqualTo(before));
    }

    [TestCase("secret", "rm secret", "Deleted File secret")]
    [TestCase("dir", "rm -r dir", "Deleted Directory dir\nDeleted File dir/file")]
    public void A_hidden_path_that_an_earlier_step_has_deleted_does_not_come_back_as_a_ghost(string path, string script, string reported)
    {
        using var tree = new TemporaryTree { ["secret"] = "x", ["dir/file"] = "y" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        sandbox.Run(script).ShouldSucceed();
        sandbox.Run("true", Shows(tree.PathOf(path), MountAccess.Hidden));
        Assert.That(sandbox.Reported, Is.EqualTo(reported));
    }

    private static Func<SandboxRequest, SandboxRequest> Shows(string path, MountAccess access) => request => request with { Paths = [new(path, access)] };
}
