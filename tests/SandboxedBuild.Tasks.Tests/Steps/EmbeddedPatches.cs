using System.Text.Json.Nodes;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary><c>SandboxEmbedPatch</c>: what a step changed line by line, in the binlog.</summary>
internal sealed class EmbeddedPatches
{
    private static Project Embedding(TemporaryTree? tree = null) => new(tree, settings => settings.EmbedPatch = "true");

    [Test]
    public void Nothing_without_it()
    {
        using var project = new Project();
        Assert.That(project.Step("echo x > file").ShouldSucceed().Extended("SandboxedBuild.Patch"), Is.Empty);
    }

    [Test]
    public void Nothing_of_a_step_that_changes_nothing()
    {
        using var project = Embedding();
        Assert.That(project.Step("true; :").ShouldSucceed().Extended("SandboxedBuild.Patch"), Is.Empty);
    }

    [Test]
    public void Added_modified_deleted_and_renamed_files()
    {
        using var project = Embedding(new() { ["letter.txt"] = "Dear you,\nbye\n", ["draft.txt"] = "draft\n", ["holiday.txt"] = "sea and sand, and so on\n" });
        var run = project.Step("sed -i s/bye/love/ letter.txt; rm draft.txt; mkdir new; mv holiday.txt new/card.txt; echo hi > new/page.txt").ShouldSucceed();
        Assert.That(run.Extended("SandboxedBuild.Patch").Single().Message, Does.EndWith(": the patch of 4 files"));
        Assert.That(Files(run).Select(static file => (string)file!["patch"]!), Is.EqualTo(new[]
        {
            "diff --git a/draft.txt b/draft.txt\ndeleted file mode 100644\n--- a/draft.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-draft\n",
            "diff --git a/letter.txt b/letter.txt\n--- a/letter.txt\n+++ b/letter.txt\n@@ -1,2 +1,2 @@\n Dear you,\n-bye\n+love\n",
            "diff --git a/holiday.txt b/new/card.txt\nsimilarity index 100%\nrename from holiday.txt\nrename to new/card.txt\n",
            "diff --git a/new/page.txt b/new/page.txt\nnew file mode 100644\n--- /dev/null\n+++ b/new/page.txt\n@@ -0,0 +1 @@\n+hi\n",
        }));
    }

    [Test]
    public void Binary_files_by_size_and_hash()
    {
        using var project = Embedding();
        var run = project.Step("printf 'a\\0b' > binary; printf 'a\\377b' > latin1").ShouldSucceed();
        Assert.That(run.Extended("SandboxedBuild.Patch").Single().Message, Does.EndWith(": the patch of 2 files, 2 of them by size and hash only"));
        Assert.That(Files(run).Select(static file => $"{file!["path"]} {file["patch"]} {file["omitted"]} {file["oldSize"]} {file["size"]} {file["sha256"]}"), Is.EqualTo(new[]
        {
            "binary  NotText  3 59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138",
            "latin1  NotText  3 ",
        }));
    }

    [Test]
    public void What_is_too_long_is_left_out()
    {
        using var project = Embedding();
        var run = project.Step("seq 100000 > long; for i in $(seq 10 45); do seq 30000 > part$i; done; echo x > zz").ShouldSucceed();
        var files = Files(run);
        var kept = files.Sum(static file => ((string?)file!["patch"])?.Length ?? 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)files[0]!["omitted"], Is.EqualTo("TooLong"));
            Assert.That((long?)files[0]!["size"], Is.EqualTo(588_895));
            Assert.That((string?)files[^1]!["omitted"], Is.EqualTo("Full"));
            Assert.That(files, Has.Count.EqualTo(38));
            Assert.That(kept, Is.InRange(4 * 1024 * 1024, (4 * 1024 * 1024) + (256 * 1024)));
        }
    }

    [Test]
    public void Only_what_was_committed()
    {
        using var project = Embedding();
        var run = project.Step("echo 1 > one; echo 2 > two", exec => exec.CommitExclude = ["two"]).ShouldSucceed();
        Assert.That(Files(run).Select(static file => (string)file!["path"]!), Is.EqualTo(new[] { "one" }));
    }

    [Test]
    public void Of_a_shared_overlay_once_it_is_committed()
    {
        using var project = Embedding(new() { ["file"] = "0\n" });
        var overlay = project.CreateOverlay();
        project.Step("echo 1 >> file", exec => exec.Overlay = overlay).ShouldSucceed();
        var commit = project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        var data = JsonNode.Parse(commit.Extended("SandboxedBuild.Patch").Single().ExtendedData!)!;
        Assert.That((string?)data["files"]![0]!["patch"], Does.EndWith("@@ -1 +1,2 @@\n 0\n+1\n"));
    }

    [Test]
    public void Of_a_step_that_is_held()
    {
        using var project = Embedding();
        var run = project.Step("echo 1 > one", exec => exec.Commit = "Never").ShouldSucceed();
        Assert.That(Files(run), Has.Count.EqualTo(1));
        project.Run(new OverlayRollback { Overlay = run.Task.OverlayId }).ShouldSucceed();
    }

    [Test]
    public void A_value_that_is_none_is_an_error()
    {
        using var project = new Project();
        project.Register("other.csproj", settings => settings.EmbedPatch = "maybe").ShouldFailWith("SBX2007");
    }

    private static JsonArray Files(TaskRun<SandboxedExec> run) => JsonNode.Parse(run.Extended("SandboxedBuild.Patch").Single().ExtendedData!)!["files"]!.AsArray();
}
