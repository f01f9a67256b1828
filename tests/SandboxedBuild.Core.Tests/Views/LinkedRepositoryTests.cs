using SandboxedBuild.Interop;

namespace SandboxedBuild.Core.Tests;

/// <summary>Git commands of a step whose root has a <c>.git</c> file in place of a directory.</summary>
internal sealed class LinkedRepositoryTests
{
    private const string Identity = "-c user.name=n -c user.email=e@x -c init.defaultBranch=main -c protocol.file.allow=always";

    [TestCase("")]
    [TestCase("-c worktree.useRelativePaths=true")]
    public void A_worktree_knows_its_commit(string options)
    {
        using var tree = new TemporaryTree();
        Repository(tree, $"git {options} -C main worktree add -q ../work");
        var expected = Git(tree, "-C work rev-parse HEAD");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("work"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sandbox.Run("git rev-parse HEAD").ShouldSucceed().Output, Is.EqualTo(expected));
            Assert.That(sandbox.Run("git status --porcelain; git log --format=%s; git describe --always").ShouldSucceed().Output, Does.Contain("first"));
            Assert.That(sandbox.Run($"test ! -e {tree.PathOf("main/file")} && ! touch {tree.PathOf("main/.git/made")} && ! git {Identity} commit --allow-empty -m second").Status.ExitCode, Is.Zero);
        }
    }

    [Test]
    public void A_submodule_that_is_a_root_knows_its_commit()
    {
        using var tree = new TemporaryTree();
        Repository(tree, $"git init -q super; git {Identity} -C super submodule --quiet add {tree.PathOf("main")} deep/sub");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("super/deep/sub"));
        Assert.That(sandbox.Run("git rev-parse HEAD").ShouldSucceed().Output, Is.EqualTo(Git(tree, "-C main rev-parse HEAD")));
    }

    [TestCase("echo gitdir: $PWD/secret > work/.git", TestName = "a directory that is no repository")]
    [TestCase("echo gitdir: ../secret > work/.git", TestName = "a directory that is no repository, relative")]
    [TestCase("echo gitdir: $PWD/secret/.git > work/.git", TestName = "another repository")]
    [TestCase("echo gitdir: $PWD/secret/.git/worktrees/other > work/.git", TestName = "another repository's worktree")]
    [TestCase("rm work/.git; ln -s ../secret/.git work/.git", TestName = "a symlink to another repository")]
    [TestCase("rm work/.git; ln -s ../old work/.git; echo gitdir: $PWD/secret/.git/worktrees/other > old", TestName = "a symlink to a file")]
    [TestCase("rm work/.git; mkfifo work/.git", TestName = "a FIFO")]
    [TestCase("echo gitdir: $PWD/work/fake/worktrees/w > work/.git; mkdir -p work/fake/worktrees; ln -s ../../../secret/.git/worktrees/other work/fake/worktrees/w", TestName = "a forged directory with a symlink")]
    [TestCase("mkdir -p work/fake/worktrees/w; for f in HEAD config objects refs; do ln -s $PWD/secret/.git/$f work/fake; done; echo ../.. > work/fake/worktrees/w/commondir; echo $PWD/work/.git > work/fake/worktrees/w/gitdir; echo gitdir: $PWD/work/fake/worktrees/w > work/.git", TestName = "a forged repository")]
    [TestCase("mkdir fake; cp -a main/.git/worktrees/work fake; echo gitdir: $PWD/fake/work > work/.git", TestName = "a directory that is in no repository's worktrees")]
    [TestCase(": > work/.git", TestName = "an empty file")]
    [TestCase("printf 'gitdir: a\\0b' > work/.git", TestName = "a NUL in the path")]
    [TestCase("printf 'gitdir: %05000d' 1 > work/.git", TestName = "a path that is too long")]
    [TestCase("head -c 100000 /dev/zero > work/.git", TestName = "a file of nothing")]
    public void A_planted_file_shows_nothing(string planted)
    {
        using var tree = new TemporaryTree();
        Repository(tree, $"git -C main worktree add -q ../work; git init -q secret; git {Identity} -C secret commit -q --allow-empty -m secret; git -C secret worktree add -q ../other; {planted}");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("work"));
        Assert.That(sandbox.Run($"ls {tree.PathOf("secret")} {tree.PathOf("main")} {tree.PathOf("fake")} fake/objects/ 2>/dev/null; git log 2>/dev/null; true").ShouldSucceed().Output, Is.Empty);
    }

    [Test]
    public void A_repository_around_the_root_is_not_shown()
    {
        using var tree = new TemporaryTree();
        Repository(tree, "git clone -q --bare main bare; git -C bare worktree add -q work; echo x > bare/secret");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("bare/work"));
        Assert.That(sandbox.Run($"ls {tree.PathOf("bare")}").Output, Is.EqualTo("work\n"));
    }

    [Test]
    public void A_repository_of_another_user_is_not_shown()
    {
        Assume.That(Caller.IsRoot, "only root can give files away");
        using var tree = new TemporaryTree();
        Repository(tree, "git -C main worktree add -q ../work; chown 12345 main/.git");
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf("work"));
        Assert.That(sandbox.Run($"ls {tree.PathOf("main")} 2>/dev/null; true").Output, Is.Empty);
    }

    private static void Repository(TemporaryTree tree, string more) =>
        Shell.Run(tree.Root, $"exec 2>&1; set -e; git {Identity} init -q main; echo x > main/file; git -C main add file; git {Identity} -C main commit -q -m first; {more}");

    private static string Git(TemporaryTree tree, string arguments) => Shell.Run(tree.Root, "git " + arguments);
}
