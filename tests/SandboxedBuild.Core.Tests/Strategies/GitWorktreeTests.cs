using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;

namespace SandboxedBuild.Core.Tests;

/// <summary>A step in a git worktree has all that is in the tree, and a repository of its own: whatever it does there, the live one stays as it is, to the last bit.</summary>
[Category("AnyUser")]
internal sealed class GitWorktreeTests
{
    /// <summary>A git with which nobody's own configuration has to do.</summary>
    private const string Git = """
        export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=4 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=test GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=test@localhost GIT_CONFIG_KEY_2=init.defaultBranch GIT_CONFIG_VALUE_2=main GIT_CONFIG_KEY_3=protocol.file.allow GIT_CONFIG_VALUE_3=always

        """;

    private const string Tracked = """
        git init -q $options; echo one > tracked; echo two > modified; echo three > staged; mkdir src; echo four > src/deep; echo '*.o' > .gitignore
        git add -A; git commit -qm first
        """;

    private const string Edits = """

        echo changed > modified; echo changed > staged; git add staged; echo new > untracked; echo object > src/ignored.o
        """;

    private const string Plants = Git + "mkdir repo; cd repo\n" + Tracked + Edits;

    /// <summary>What git tells of the live tree.</summary>
    private const string Status = " M modified\nM  staged\n?? untracked\n";

    /// <summary>What a step may do in its repository, of which only the files are committed.</summary>
    private const string Work = Git + "git status --short && git add -A && git commit -qm second && git tag mine && git switch -qc other && echo x >> tracked && git stash -q && git gc -q && git fsck --no-progress --no-dangling && git log --format=%s && echo step >> modified && rm staged";

    /// <summary>How much of git can be in a repository; the root is <c>repo</c>.</summary>
    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData(Plants, Status).SetArgDisplayNames("plain");
        yield return new TestCaseData($"options=--object-format=sha256\n{Plants}", Status).SetArgDisplayNames("SHA-256");
        yield return new TestCaseData($"{Git}mkdir main; cd main\n{Tracked}\ngit worktree add -q ../repo; cd ../repo{Edits}", Status).SetArgDisplayNames("linked worktree");
        yield return new TestCaseData($"{Git}mkdir main; cd main\n{Tracked}\ncd ..; git clone -q --bare main bare; git -C bare worktree add -q ../repo; cd repo{Edits}", Status).SetArgDisplayNames("worktree of a bare repository");
        yield return new TestCaseData($"{Git}mkdir main; cd main\n{Tracked}\ncd ..; git init -q top; cd top; git submodule --quiet add ../main sub; cd ..; mv top/sub repo; sed -i s,../.git,../top/.git, repo/.git; git config -f top/.git/modules/sub/config core.worktree ../../../../repo; cd repo{Edits}", Status).SetArgDisplayNames("submodule");
        yield return new TestCaseData($"{Plants}\ngit sparse-checkout set src; git pack-refs --all; git update-index --split-index --untracked-cache; git gc -q", Status).SetArgDisplayNames("sparse, packed, split index");
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_step_has_what_was_not_committed_and_works_in_a_repository_of_its_own(string plants, string status)
    {
        using var tree = Planted(plants);
        var before = Trees.Exact(tree.Root);
        using (var sandbox = Over(tree))
        {
            var step = sandbox.Run(Work).ShouldSucceed();
            Assert.That((step.Output, step.Error), Is.EqualTo((status + "second\nfirst\n", string.Empty)));
            Assert.That(sandbox.Run("cat modified untracked src/ignored.o; git status --short").Output, Is.EqualTo("changed\nstep\nnew\nobject\n M modified\n D staged\n"));
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File modified\nDeleted File staged"));
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before), "thrown away");
        using (var sandbox = Over(tree))
        {
            sandbox.Run(Work).ShouldSucceed();
            Assert.That(sandbox.Commit().Warnings.Select(static warning => warning.Code), Is.EqualTo(new[] { "SBX4025" }));
        }

        Assert.That(Repositories(Trees.Exact(tree.Root)), Is.EqualTo(Repositories(before)));
        Assert.That(Shell.Run(tree.PathOf("repo"), Git + "git status --short; git stash list; git tag; git log --format=%s; git worktree prune -n"), Is.EqualTo(" M modified\nMD staged\n?? untracked\nfirst\n"));
    }

    [Test]
    public void Submodules_are_the_steps_own_too()
    {
        using var tree = Planted($"{Git}mkdir main; cd main\n{Tracked}\ncd ..; git init -q repo; cd repo; git submodule --quiet add ../main a; git -C a submodule --quiet add $PWD/../main b; git -C a commit -qm x; git commit -qam x");
        var before = Trees.Exact(tree.Root);
        using (var sandbox = Over(tree))
        {
            var step = sandbox.Run($"{Git}cd a/b; echo x > tracked; git commit -qam x; git log --format=%s; cd ..; git add b; git commit -qm x; cd ..; git status --short; cat a/b/tracked").ShouldSucceed();
            Assert.That((step.Output, step.Error), Is.EqualTo(("x\nfirst\n M a\nx\n", string.Empty)));
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File a/b/tracked"));
        }

        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
    }

    /// <summary>As with every strategy: what lies elsewhere is not shown by itself.</summary>
    [Test]
    public void Objects_that_another_repository_has_are_found_where_they_are_shown()
    {
        using var tree = Planted($"{Git}mkdir main; cd main\n{Tracked}\ncd ..; git clone -q --shared main repo; cd repo{Edits}");
        using var sandbox = Over(tree);
        var step = sandbox.Run(Work, request => request with { Paths = [new(tree.PathOf("main/.git/objects"), SandboxedBuild.Sandboxing.MountAccess.ReadOnly)] }).ShouldSucceed();
        Assert.That((step.Output, step.Error), Is.EqualTo((Status + "second\nfirst\n", string.Empty)));
    }

    /// <summary>The programs would run outside, where they can write beside the tree; in a sandbox they cannot.</summary>
    [Test]
    public void Nothing_that_the_repository_names_is_run()
    {
        using var tree = Planted(Plants);
        var program = tree.PathOf("program");
        File.WriteAllText(program, $"#!/bin/sh\necho ran >> '{tree.PathOf("ran")}' || exit\ncat\n");
        Shell.Run(tree.PathOf("repo"), $"""
            chmod 755 {program}; for hook in pre-commit post-checkout post-index-change reference-transaction post-commit; do cp {program} .git/hooks/$hook; done
            echo '* filter=evil' > .git/info/attributes; mkdir .git/more; cp {program} .git/more/post-checkout
            printf '[core]\n\tfsmonitor = {program}\n\thooksPath = .git/more\n\tsshCommand = {program}\n[filter "evil"]\n\tclean = {program}\n\tsmudge = {program}\n[alias]\n\tstatus = !{program}' >> .git/config
            """);
        using (var sandbox = Over(tree))
        {
            sandbox.Run(Git + "rm .git/info/attributes; git status --short && git add modified && git commit -qm step && ls .git/hooks 2>/dev/null; git config core.fsmonitor; echo x > src/deep").ShouldSucceed();
            sandbox.Commit();
        }

        Assert.That(tree.Has("ran"), Is.False);
    }

    /// <summary>What nobody has changed is known by its time and size: a step's first git command does not read the whole tree.</summary>
    [Test]
    public void Git_takes_the_copies_for_the_files_of_its_index_and_finds_no_locks()
    {
        using var tree = Planted(Plants + "\ntouch -d @1000000000 tracked; sleep 1.1; git status -s; touch .git/index.lock .git/HEAD.lock .git/refs/heads/main.lock");
        using var sandbox = Over(tree);
        Assert.That(sandbox.Run(Git + "git diff-files --name-only; git add -A; git commit -qm step; git rev-parse --abbrev-ref HEAD").ShouldSucceed().Output, Is.EqualTo("modified\nmain\n"));
    }

    [TestCase("mkdir repo", "SBX1027", "git init")]
    [TestCase(Git + "git init -q .; mkdir repo", "SBX1027", "-p:SandboxRoot=")]
    [TestCase(Git + "git init -q --bare repo", "SBX1027", "git worktree add")]
    [TestCase("mkdir -p repo/.git", "SBX1028", "git init")]
    [TestCase(Plants + "\nmv .git ../git; ln -s ../git .git", "SBX1028", "neither a directory nor a file")]
    [TestCase(Plants + "\nmv .git/objects ..; ln -s ../../objects .git/objects", "SBX1028", "objects")]
    [TestCase(Plants + "\nmv .git ../git; echo gitdir: ../git > .git", "SBX1028", "git worktree repair")]
    [TestCase(Plants + "\nmv .git/config ..; ln -s ../../config .git/config", "SBX1028", "config")]
    [TestCase(Plants + "\necho ../../../other > .git/objects/info/alternates", "SBX1028", "git repack -a -d")]
    public void What_is_no_worktree_that_can_be_lent_is_refused_and_says_what_to_do(string plants, string code, string said)
    {
        using var tree = Planted(plants);
        var before = Trees.Exact(tree.Root);
        var refused = Refusal.Of(() => Sandbox.StoreAt(tree.Beside("state")).Create([tree.PathOf("repo")], strategy: Strategy.GitWorktree));
        Assert.That((refused.Code, refused.Message), Is.EqualTo((code, refused.Message)));
        Assert.That(refused.Message, Does.Contain(tree.PathOf("repo")).And.Contain(said).And.Contain("SandboxStrategy=Copy"));
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Directory.EnumerateDirectories(tree.Beside("state")), Is.Empty);
    }

    [Test]
    public void A_killed_build_leaves_the_repository_as_it_was()
    {
        using var tree = Planted(Plants);
        var before = Trees.Exact(tree.Root);
        Scenario.Die(StepAndDie, tree.PathOf("repo"), tree.Beside("state"));
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Sandbox.StoreAt(tree.Beside("state")).Sweep(tree.PathOf("repo"));
        Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        Assert.That(Directory.Exists(tree.Beside("state")) ? Directory.GetDirectories(tree.Beside("state")) : [], Is.Empty);
    }

    private static void StepAndDie(string[] arguments)
    {
        var sandbox = Sandbox.Over(Strategy.GitWorktree, arguments[1], arguments[0]);
        sandbox.Run(Work).ShouldSucceed();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Whatever is put in the place of its repository is no change, and no way out of the copy.</summary>
    [TestCase("rm -rf .git")]
    [TestCase("rm -rf .git; ln -s /etc .git")]
    [TestCase("mv .git ../outside 2>/dev/null; rm -rf .git; echo x > .git")]
    [TestCase("chmod 000 .git")]
    [TestCase("ln tracked .git/tracked; mkdir .git/refs/heads/shut; chmod 000 .git/refs/heads/shut")]
    public void A_step_may_do_with_it_what_it_likes(string script)
    {
        using var tree = Planted(Plants);
        var before = Repositories(Trees.Exact(tree.Root));
        using (var sandbox = Over(tree))
        {
            sandbox.Run($"{script}; echo step > untracked").ShouldSucceed();
            sandbox.Run("echo step >> untracked").ShouldSucceed();
            Assert.That(sandbox.Reported, Is.EqualTo("Modified File untracked"));
            sandbox.Commit();
        }

        Assert.That(Repositories(Trees.Exact(tree.Root)), Is.EqualTo(before));
        Assert.That(tree.Read("repo/untracked"), Is.EqualTo("step\nstep\n"));
    }

    /// <summary>The lines of repositories, and of what lies around the root.</summary>
    private static string Repositories(string exact) => string.Join('\n', exact.Split('\n').Where(static line => line.Split(' ') is not [_, _, _, var name, ..] || !name.StartsWith("repo", StringComparison.Ordinal) || name.StartsWith("repo/.git", StringComparison.Ordinal)));

    private static TemporaryTree Planted(string plants)
    {
        var tree = new TemporaryTree();
        Shell.Run(tree.Root, plants);
        return tree;
    }

    private static Sandbox Over(TemporaryTree tree) => Sandbox.Over(Strategy.GitWorktree, tree.Beside("state"), tree.PathOf("repo"));
}
