namespace SandboxedBuild.Tool.Tests;

/// <summary>A diff is a patch: applied to the tree as it was, it gives the tree as the command left it.</summary>
[Category("AnyUser")]
internal sealed class DiffTests
{
    private static readonly string[] Patch = ["patch", "-p1", "-s", "-d"];

    [Test]
    public void It_reads_as_one_of_git()
    {
        using var desk = new Desk();
        var id = desk.Hold("sed -i s/two/2/ a.txt; chmod 755 dir/b.txt; mv old.txt 'a name.txt'; printf new > new; ln -s a.txt link; printf 'a\\0b' > binary; mkdir empty");
        Assert.That(desk.Run("diff", id).ShouldExitWith(1).Output, Is.EqualTo("""
            diff --git a/old.txt "b/a name.txt"
            similarity index 100%
            rename from old.txt
            rename to "a name.txt"
            diff --git a/a.txt b/a.txt
            --- a/a.txt
            +++ b/a.txt
            @@ -1,3 +1,3 @@
             one
            -two
            +2
             three
            # added binary file binary: 3 bytes, sha256 59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138
            diff --git a/dir/b.txt b/dir/b.txt
            old mode 100644
            new mode 100755
            # added directory empty/
            diff --git a/link b/link
            new file mode 120000
            --- /dev/null
            +++ b/link
            @@ -0,0 +1 @@
            +a.txt
            \ No newline at end of file
            diff --git a/new b/new
            new file mode 100644
            --- /dev/null
            +++ b/new
            @@ -0,0 +1 @@
            +new
            \ No newline at end of file

            """));
    }

    [Test]
    public void It_can_be_narrowed_to_paths()
    {
        using var desk = new Desk();
        var id = desk.Hold("echo x > dir/c; echo y >> dir/b.txt; echo z > dirty; rm a.txt");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Files(desk.Run("diff", id, "dir")), Is.EqualTo(new[] { "dir/b.txt", "dir/c" }));
            Assert.That(Files(desk.RunIn(desk.Tree.PathOf("dir"), "diff", id, "c", "../a.txt")), Is.EqualTo(new[] { "a.txt", "dir/c" }));
            Assert.That(Files(desk.RunIn("/", "diff", id, "dirty", desk.Tree.PathOf("a.txt"))), Is.EqualTo(new[] { "a.txt", "dirty" }));
            Assert.That(desk.Run("diff", id, "nothing").ShouldExitWith(0).Output, Is.Empty);
        }
    }

    private static IEnumerable<string> Files(Answer answer) =>
        answer.ShouldExitWith(1).Output.Split('\n').Where(static line => line.StartsWith("diff --git", StringComparison.Ordinal)).Select(static line => line.Split(" b/")[1]);

    private const string Many = """
        for n in 1 2 3; do seq 1 60 > many$n; done; printf 'no newline' > bare; printf 'a\r\nb\r\n' > dos; printf 'caf\351\n' > latin; mkdir 'with space'; printf 's\n' > 'with space/a b'; printf 'q\n' > 'quo"te\back'
        printf 'u\n' > "$(printf 'new\nline\ttab')"; printf 'u\n' > grün; ln -s many1 link; printf 'x\n' > becomes-link; ln -s bare becomes-file; mkdir -p becomes-a-file/deep; printf 'd\n' > becomes-a-file/deep/d; printf 'f\n' > becomes-a-directory; touch empty; printf 'x\n' > tool; printf 'gone\n' > gone; printf -- '-- \n+++ b/x\n@@ -1 +1 @@\n' > sly
        """;

    [TestCase("sed -i -e 3d -e '20a twenty' -e 's/^40$/forty/' many1; sed -i 1d many2; echo 61 >> many3", TestName = "Lines")]
    [TestCase("printf 'no newline\\n' > bare; printf 'a\\r\\nc' > dos; printf 'caf\\351s\\n' > latin; printf -- '--- a\\n' >> sly", TestName = "Ends_of_lines_and_bytes")]
    [TestCase("echo t >> 'with space/a b'; echo r >> 'quo\"te\\back'; echo v >> \"$(printf 'new\\nline\\ttab')\"; echo w >> grün; echo x > \"$(printf 'raw\\377')\"", TestName = "Names")]
    [TestCase("rm becomes-link; ln -s many1 becomes-link; rm becomes-file; echo f > becomes-file; ln -sfn many2 link", TestName = "Types")]
    [TestCase("rm gone many1; : > bare; touch empty2; mkdir -p new/deep; echo x > new/deep/x; chmod 755 tool; chmod 755 many2; echo 61 >> many2", TestName = "Added_deleted_and_modes")]
    [TestCase("mv gone went; mv many1 'many one'; sed -i 5d 'many one'; mv 'with space' without", TestName = "Renames")]
    public void Applied_with_patch_and_with_git_it_gives_what_the_command_left(string script) => ApplyAll(script, "by-patch", "by-git");

    // patch(1) does neither, with what git itself makes of them either.
    [TestCase("rm -r becomes-a-file; echo f > becomes-a-file; rm becomes-a-directory; mkdir becomes-a-directory; echo d > becomes-a-directory/d", TestName = "Files_and_directories")]
    [TestCase("rm empty", TestName = "Empty_files")]
    public void Applied_with_git_it_gives_what_the_command_left(string script) => ApplyAll(script, "by-git");

    private static void ApplyAll(string script, params string[] ways)
    {
        using var desk = new Desk(new TemporaryTree());
        Assert.That(Command.Run("bash", ["-ec", Many], workingDirectory: desk.Tree.Root).ExitCode, Is.Zero);
        var id = desk.Hold(script);
        var patch = desk.Run("diff", id).ShouldExitWith(1).Command.Output;
        File.WriteAllBytes(desk.Tree.Beside("patch"), patch);
        foreach (var way in ways)
        {
            Command.Run("cp", ["-a", desk.Tree.Root, desk.Tree.Beside(way)]);
            Apply(desk, way == "by-patch" ? [.. Patch, desk.Tree.Beside(way), "-i", desk.Tree.Beside("patch")]
                : ["env", "-C", desk.Tree.Beside(way), "GIT_CEILING_DIRECTORIES=" + desk.Tree.Surroundings, "git", "apply", "--whitespace=nowarn", desk.Tree.Beside("patch")]);
        }

        desk.Run("commit", id).ShouldSucceed();
        Assert.That(ways.Select(way => Files(desk.Tree.Beside(way))), Is.All.EqualTo(Files(desk.Tree.Root)));
    }

    private static void Apply(Desk desk, string[] line)
    {
        var run = Command.Run(line[0], line[1..], new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = desk.Home });
        Assert.That(run.ExitCode, Is.Zero, $"{string.Join(' ', line)}\n{run.OutputText}{run.Error}\n{File.ReadAllText(desk.Tree.Beside("patch"))}");
    }

    /// <summary>Patches know no empty directories, and neither program leaves one.</summary>
    private static string Files(string directory) => string.Join('\n', TreeDescription.Of(directory).Split('\n').Where(static line => !line.StartsWith("d ", StringComparison.Ordinal)));

    [Test]
    public void Parts_of_several_roots_say_where_they_belong()
    {
        using var desk = new Desk(new TemporaryTree { ["one/a"] = "1\n", ["two/a"] = "2\n" });
        desk.Run("run", "--root", "one", "--root", "two", "--hold", "--", "sh", "-c", "echo x >> a; echo y >> ../two/a").ShouldSucceed();
        var id = desk.Overlays().Single();
        Assert.That(desk.Run("diff", id).ShouldExitWith(1).Output, Does.StartWith($"# in {desk.Tree.PathOf("one")}\ndiff --git").And.Contain($"# in {desk.Tree.PathOf("two")}\ndiff --git"));
        Assert.That(desk.Run("diff", id, desk.Tree.PathOf("two")).ShouldExitWith(1).Output, Does.Not.Contain("+x\n").And.Contain("+y\n"));
    }

    [Test]
    public void What_is_long_or_binary_is_told_by_its_hash()
    {
        using var desk = new Desk(new TemporaryTree { ["data"] = "\0" });
        var id = desk.Hold("printf 'a\\0' > data; chmod 600 data; head -c 9000000 /dev/zero | tr '\\0' x > long");
        var json = desk.Run("diff", id, "--format", "json").ShouldExitWith(1).Json["files"]!.AsArray();
        Assert.That(json.Select(static file => ((string)file!["change"]!["path"]!, file["sha256"] is not null)), Is.EqualTo(new[] { ("data", true), ("long", true) }));
        Assert.That(desk.Run("diff", id).Output, Does.StartWith("# modified binary file data (mode 644 -> 600): 1 bytes, sha256 ").And.Contain(" -> 2 bytes, sha256 ").And.Contain("\n# added binary file long: 9000000 bytes, sha256 "));
    }
}
