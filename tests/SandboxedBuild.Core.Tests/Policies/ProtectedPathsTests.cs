using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Core.Tests;

/// <summary>What a commit needs a grant for, whatever way it was changed.</summary>
internal sealed class ProtectedPathsTests
{
    private static readonly string[] Protected =
    [
        ".git/hooks/pre-commit", ".git/config", "sub/.git/HEAD", "bin/.git/config", ".githooks/pre-push", ".husky/pre-push", ".gitconfig", "sub/.gitmodules", ".gitattributes",
        "sandbox.json", "src/sandbox.json", "bin/sandbox.json",
        "global.json", "src/global.json", "nuget.config", "NuGet.Config", "sub/NuGet.config", "packages.config", "src/packages.lock.json",
        ".config/dotnet-tools.json", "dotnet-tools.json", ".editorconfig", "src/.globalconfig", ".envrc",
        "Directory.Build.props", "src/Directory.Build.targets", "Directory.Build.rsp", "Directory.Packages.props", "Directory.Solution.targets", "MSBuild.rsp",
        "src/App.csproj", "a.fsproj", "a.vbproj", "a.proj", "a.vcxproj", "a.esproj", "a.shproj", "a.projitems", "all.sln", "all.slnx", "all.slnf",
        "after.all.sln.targets", "src/App.csproj.user", "Properties/PublishProfiles/ftp.pubxml", "ftp.pubxml.user", "eng/versions.props", "eng/signing.targets",
        ".github/workflows/ci.yml", ".circleci/config.yml", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile",
        ".vscode/tasks.json", "src/.idea/workspace.xml", ".vs/slnx.sqlite", ".devcontainer/devcontainer.json",
        "obj/App.csproj.nuget.g.props", "src/obj/App.csproj.nuget.g.targets", "obj/App.csproj.evil.targets", "artifacts/obj/App/App.fsproj.evil.props", "obj/build.xml.evil.targets",
        "obj/project.assets.json", "obj/project.nuget.cache",
    ];

    private static readonly string[] Open =
    [
        "src/Program.cs", "README.md", "Makefile", "package.json", "obj/Debug/net10.0/App.AssemblyInfo.cs", "obj/Debug/net10.0/packed.props", "bin/Debug/net10.0/App.dll",
        "bin/Debug/net10.0/build/App.targets", "bin/nuget.config", "bin/Directory.Build.props", "obj/copy.csproj", ".gitignore", "git/config", "x.git", "proj", "csproj", "a.user", "a.rsp",
        "props", "targets", "my.props.txt", "HEAD", "objects/pack/x", "config", "hooks/pre-commit", "bin/.editorconfig", "Directory.txt", "global.json5", ".config/other.json",
    ];

    /// <summary>Spellings that some filesystem takes for a protected one.</summary>
    private static readonly string[] Variants =
    [
        ".GIT/config", "sub/.Git", ".git./config", ".git /config", "git~1/config", ".g\u200cit/config", "\ufeff.git", "GLOBAL.JSON", "directory.build.PROPS", "App.CSPROJ", "Directory.Build.prop\u017f",
        ".VSCODE/tasks.json", "OBJ/x.targets", "Bin/x.props", "nuGet.cOnfig",
    ];

    [Test]
    public void New_files_by_their_names()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(string.Concat(Protected.Concat(Open).Concat(Variants).Select(static path => $"mkdir -p \"$(dirname '{path}')\" && echo x > '{path}'\n"))).ShouldSucceed();
        var found = Files(sandbox);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Protected.Except(found, StringComparer.Ordinal), Is.Empty, "not protected");
            Assert.That(Variants.Except(found, StringComparer.Ordinal), Is.Empty, "not protected");
            Assert.That(found.Intersect(Open, StringComparer.Ordinal), Is.Empty, "protected");
        }
    }

    [TestCase("echo more >> $f", TestName = "modified")]
    [TestCase("rm $f", TestName = "deleted")]
    [TestCase("mv $f moved-$n", TestName = "renamed away")]
    [TestCase("mv data-$n $f", TestName = "another file is renamed to it")]
    [TestCase("rm $f; ln -s ../data-$n $f", TestName = "replaced by a symlink")]
    [TestCase("rm $f; mkfifo $f", TestName = "replaced by a pipe")]
    [TestCase("rm $f; mkdir $f", TestName = "replaced by a directory")]
    [TestCase("chmod 755 $f", TestName = "made executable")]
    [TestCase("ln $f link-$n", TestName = "given another name, under which it could be changed")]
    [TestCase("d=$(dirname $f); [ $d = . ] && rm $f || rm -rf ${f%%/*}", TestName = "deleted with the directory above it")]
    [TestCase("d=${f%%/*}; [ $d = $f ] && rm $f || [ -L $d ] || { mv $d away-$n; ln -s away-$n $d; }", TestName = "the directory above it becomes a symlink")]
    public void An_existing_file_however_it_is_changed(string change)
    {
        using var tree = new TemporaryTree();
        var number = 0;
        foreach (var path in Protected)
        {
            tree[path] = $"protected {number}";
            tree[$"data-{number}"] = $"another, {number}";
            number++;
        }

        using var sandbox = Sandbox.Over(tree);
        var script = $"n=0; for f in {string.Join(' ', Protected)}; do [ -e $f ] || [ -L $f ] || {{ n=$((n+1)); continue; }}\n{change}\nn=$((n+1)); done";
        sandbox.Run(script, AsGranted).ShouldSucceed();
        Assert.That(Protected.Except(Files(sandbox), StringComparer.Ordinal), Is.Empty, sandbox.Reported);
    }

    [Test]
    public void Other_times_alone_are_nothing()
    {
        using var tree = new TemporaryTree { ["global.json"] = "{}", [".git/config"] = "[core]", [".git/index"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("touch global.json .git/config .git; cp .git/index .git/index.lock; mv .git/index.lock .git/index", AsGranted).ShouldSucceed();
        sandbox.Commit();
    }

    [TestCase("mv .git .git2; echo evil >> .git2/hooks/pre-commit; mv .git2 .git", ".git/hooks/pre-commit", TestName = "around a mask and back")]
    [TestCase("mkdir nested; cd nested; mkdir -p .git/hooks .git/objects .git/refs; echo ref: refs/heads/main > .git/HEAD; echo evil > .git/hooks/post-checkout", "nested/.git/hooks/post-checkout", TestName = "the hooks of a repository that the step makes")]
    [TestCase("echo '[core] hooksPath = evil' >> nest/.git/config", "nest/.git/config", TestName = "the configuration of a nested repository")]
    [TestCase("echo 'gitdir: ../evil' > linked/.git", "linked/.git", TestName = "a .git file that leads elsewhere")]
    [TestCase("mkdir store; ln -s ../store dir/.git", "dir/.git", TestName = "a .git that is a symlink to a directory of the tree")]
    [TestCase("rm -rf .git; ln -s store .git; mkdir store", ".git", TestName = "a repository replaced by a symlink")]
    [TestCase("mv nest away; mkdir nest; cp -a away/. nest; echo evil > nest/.git/hooks", "nest/.git/hooks", TestName = "a parent that is swapped")]
    [TestCase("ln -s data.txt Directory.Build.props", "Directory.Build.props", TestName = "a symlink of a protected name to a file of another")]
    [TestCase("ln -s dir .vscode", ".vscode", TestName = "a symlink of a protected directory's name")]
    [TestCase("mkdir new; echo x > new/a; printf x > \"$(printf 'new/a\\nb.props')\"", "new/a\\x0ab.props", TestName = "a name with a newline")]
    [TestCase("printf x > \"$(printf '\\377.targets')\"", "\\xff.targets", TestName = "a name that is no text")]
    [TestCase("mkdir -p \"$(printf 'd\\377/.git')\"; echo x > \"$(printf 'd\\377/.git/config')\"", "d\\xff/.git/config", TestName = "below a name that is no text")]
    [TestCase("printf x > ./-rf.csproj", "-rf.csproj", TestName = "a name that looks like an option")]
    [TestCase("echo more >> twin", ".git/config", TestName = "another name of a protected file")]
    [TestCase("mkdir -p dir/bare/refs dir/bare/hooks; cd dir/bare; echo x > HEAD; mkdir objects; echo evil > hooks/post-update", "dir/bare/hooks/post-update", TestName = "a bare repository")]
    [TestCase("echo ref: refs/heads/main > almost/HEAD", "almost/HEAD", TestName = "what a directory lacked to be a bare repository")]
    [TestCase("mkdir dir/front; echo x > dir/front/HEAD; echo ../../almost > dir/front/commondir", "dir/front/commondir", TestName = "a repository that keeps its parts in another directory")]
    [TestCase("echo evil > bare.d/hooks/post-update; chmod +x bare.d/hooks/post-update", "bare.d/hooks/post-update", TestName = "a hook of a bare repository that is there")]
    [TestCase("echo '[core] fsmonitor = evil' > bare.d/config", "bare.d/config", TestName = "the configuration of a bare repository that is there")]
    [TestCase("mv bare.d other.d; echo evil > other.d/config", "other.d/config", TestName = "a bare repository under another name")]
    public void Ways_around(string script, string expected)
    {
        using var tree = new TemporaryTree
        {
            [".git/config"] = "[core]\n",
            [".git/hooks/pre-commit"] = "#!/bin/sh\n",
            ["nest/.git/config"] = "[core]\n",
            ["linked/.git"] = "gitdir: elsewhere\n",
            ["dir/file"] = "x",
            ["data.txt"] = "<Project/>",
            ["almost/objects/x"] = "x",
            ["almost/refs/x"] = "x",
            ["bare.d/HEAD"] = "ref: refs/heads/main\n",
            ["bare.d/objects/x"] = "x",
            ["bare.d/refs/x"] = "x",
            ["bare.d/hooks/x"] = "x",
        };
        Shell.Run(tree.Root, "ln .git/config twin");
        var before = Trees.Exact(tree.Root);
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script, AsGranted).ShouldSucceed();
        Assert.That(Found(sandbox), Does.Contain(expected), sandbox.Reported);

        var refused = sandbox.CommitRefused();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Code, Is.EqualTo("SBX3005"), refused.Message);
            Assert.That(refused.Message, Does.Contain(expected).And.Contain($"dotnet sandbox commit {sandbox.Overlay.Id} --allow-protected"));
            Assert.That(Trees.Exact(tree.Root), Is.EqualTo(before));
        }
    }

    [Test]
    public void What_git_itself_does_in_a_step()
    {
        using var tree = new TemporaryTree { ["file"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("git init -q nested && cd nested && git config core.hooksPath ../hooks && git init -q --bare ../store").ShouldSucceed();
        Assert.That(Found(sandbox), Does.Contain("nested/.git/config").And.Contain("store/config").And.Contain("store/hooks").And.Contain("store"));
    }

    [Test]
    public void Outputs_and_sources_are_committed_silently()
    {
        using var tree = new TemporaryTree { ["src/Program.cs"] = "x", ["src/App.csproj"] = "<Project/>", [".git/config"] = "" };
        Sandbox.RunAndCommit(tree, "mkdir -p src/bin/Debug src/obj/Debug; echo x > src/bin/Debug/App.dll; echo x > src/obj/Debug/App.g.cs; echo y >> src/Program.cs; echo x > src/New.cs; ln -s Program.cs src/link");
        Assert.That((tree.Has("src/bin/Debug/App.dll"), tree.Has("src/obj/Debug/App.g.cs"), tree.Has("src/link")), Is.EqualTo((true, true, true)));
    }

    [Test]
    public void Only_what_would_be_committed_is_judged()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo x > a.cs; echo x > a.csproj; mkdir new; echo x > new/b.cs; echo x > new/b.props").ShouldSucceed();
        Assert.That(sandbox.CommitRefused(new(new(["a.*"], []))).Message, Does.StartWith($"1 of the changed paths is protected, as other programs run or obey such files outside the sandbox: {tree.PathOf("a.csproj")} (Added: MSBuild runs it). Nothing was committed."));
        sandbox.Commit(new(new([], ["**/*.csproj", "**/*.props"])));
        Assert.That((tree.Has("a.cs"), tree.Has("new/b.cs"), tree.Has("a.csproj"), tree.Has("new/b.props")), Is.EqualTo((true, true, false, false)));
    }

    [TestCase("**", true)]
    [TestCase("src/*.csproj", true)]
    [TestCase("src/App.csproj", true)]
    [TestCase("src/app.csproj", false)]
    [TestCase("src", false)]
    [TestCase("*.csproj", false)]
    public void A_grant_is_taken_by_the_letter(string granted, bool isCommitted)
    {
        using var tree = new TemporaryTree { ["src/App.csproj"] = "<Project/>" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("echo >> src/App.csproj").ShouldSucceed();
        var request = CommitRequest.Everything with { Protection = ProtectedPaths.Default with { Granted = [ProtectedGlob.In(tree.Root, granted)] } };
        Assert.That(isCommitted ? sandbox.Commit(request).Committed.Length : sandbox.CommitRefused(request).Code.Length, Is.EqualTo(isCommitted ? 1 : 7));
    }

    [TestCase("echo x > deploy/prod/key.pem")]
    [TestCase("echo x > DEPLOY.yml")]
    [TestCase("rm -r deploy")]
    [TestCase("mv deploy moved")]
    [TestCase("mv deploy moved; ln -s moved deploy")]
    [TestCase("ln -s deploy keys", TestName = "a symlink where a pattern wants a directory")]
    public void A_policy_protects_more(string script)
    {
        using var tree = new TemporaryTree { ["deploy/prod/x"] = "x" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(script + "; echo x > free").ShouldSucceed();
        var protection = ProtectedPaths.Default with { Protect = [ProtectedGlob.In(tree.Root, "deploy/prod/**"), ProtectedGlob.In(tree.Root, "deploy.*"), ProtectedGlob.In(tree.Root, "keys/*.pem")] };
        Assert.That(sandbox.CommitRefused(CommitRequest.Everything with { Protection = protection }).Message, Does.Contain("the policy protects").And.Not.Contain("free"));
    }

    [TestCase("repo/.git", false, TestName = "a root that is a repository's directory")]
    [TestCase("repo/.git/hooks", false, TestName = "a root in a repository's directory")]
    [TestCase("repo/.git/trees/work", true, TestName = "a worktree in a repository's directory")]
    [TestCase("repo/.github", false, TestName = "a root that is protected by its name")]
    [TestCase("repo/.github/workflows", false, TestName = "a root in a protected directory")]
    [TestCase("repo/.Husky/_/x", false, TestName = "a root deeper in a protected directory")]
    [TestCase("me/.vscode/work", true, TestName = "a repository in a protected directory")]
    public void Roots_themselves(string root, bool isOpen)
    {
        using var tree = new TemporaryTree { [root + "/kept"] = "x" };
        if (isOpen)
        {
            tree[root + "/.git"] = "gitdir: ../..\n";
        }

        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.PathOf(root));
        sandbox.Run("echo x > new").ShouldSucceed();
        Assert.That(Found(sandbox).Count == 0, Is.EqualTo(isOpen));
    }

    [Test]
    public void A_long_list_is_cut()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("for n in $(seq 50); do echo > $n.props; done").ShouldSucceed();
        Assert.That(sandbox.CommitRefused().Message, Does.StartWith("50 of the changed paths are protected").And.Contain("; …. Nothing was committed.").And.Not.Contain("/9.props"));
    }

    /// <summary>Most of a new directory is not looked at one by one: what is found is the same, and what a commit does.</summary>
    [Test]
    public void What_comes_along_with_a_new_directory_hides_nothing([Range(1, 8)] int seed)
    {
        string[] names = ["a", "b.c", "new", "src", "obj", "bin", ".git", ".vscode", "x.props", "App.csproj", ".envrc", "sandbox.json", "HEAD", "objects", "refs", "config", "hooks", "deploy", "key.pem", "Key", "global.json"];
        var random = new Random(seed);
        string Path() => string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => names[random.Next(names.Length)]));
        using var tree = new TemporaryTree { ["src/a"] = "old", ["hooks/HEAD"] = "old", ["deploy/b.c"] = "old" };
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run(string.Concat(Enumerable.Range(0, 150).Select(_ => random.Next(5) switch
        {
            0 => $"mkdir -p '{Path()}'\n",
            1 => $"rm -rf '{Path()}'\n",
            2 => $"mv '{Path()}' '{Path()}'\n",
            3 => $"chmod {(random.Next(4) == 0 ? "4755" : "700")} '{Path()}'\n",
            _ => $"mkdir -p \"$(dirname '{Path()}')\"; f='{Path()}'; mkdir -p \"$(dirname \"$f\")\"; echo $RANDOM > \"$f\"\n",
        })) + "true", AsGranted).ShouldSucceed();
        var changes = sandbox.Changes;
        Assert.That(changes.Notable, Has.Length.LessThan(changes.Entries.Length));
        ProtectedPaths[] protections =
        [
            ProtectedPaths.Default,
            ProtectedPaths.Default with { Granted = [ProtectedGlob.In(tree.Root, ".git"), ProtectedGlob.In(tree.Root, "new/.git/**"), ProtectedGlob.In(tree.Root, "**/*.props")] },
            ProtectedPaths.Default with { Protect = [ProtectedGlob.In(tree.Root, "deploy/**"), ProtectedGlob.In(tree.Root, "**/*.pem")], Granted = [ProtectedGlob.In(tree.Root, "deploy")] },
        ];
        using (Assert.EnterMultipleScope())
        {
            foreach (var protection in protections)
            {
                Assert.That(protection.Find(changes), Is.EqualTo(protection.Find(changes.Entries, changes.Entries)), sandbox.Reported);
            }

            var (whole, oneByOne) = (CommitPlanner.Plan(changes, Selection.All), CommitPlanner.Plan(changes, new(static _ => true)));
            Assert.That(whole.Operations, Is.EqualTo(oneByOne.Operations));
            Assert.That(whole.Committed, Is.EqualTo(oneByOne.Committed));
            Assert.That(whole.Told(allowSetId: false), Is.EqualTo(oneByOne.Told(allowSetId: false)));
        }
    }

    /// <summary>As a step that was granted all: nothing stops it before its commit.</summary>
    private static SandboxedBuild.Sandboxing.SandboxRequest AsGranted(SandboxedBuild.Sandboxing.SandboxRequest request) => request with { Granted = [ProtectedGlob.Everything] };

    private static List<string> Found(Sandbox sandbox) => [.. ProtectedPaths.Default.Find(sandbox.Changes).Select(static found => found.Change.Path.ToString())];

    private static HashSet<string> Files(Sandbox sandbox) =>
        [.. ProtectedPaths.Default.Find(sandbox.Changes).Select(static found => found.Change).Where(static change => change is not { Kind: ChangeKind.Added, Type: EntryType.Directory }).Select(static change => System.Text.Encoding.UTF8.GetString(change.Path.Bytes))];
}
