namespace SandboxedBuild.Tool.Tests;

/// <summary><c>run --layer</c>.</summary>
internal sealed class LayerTests
{
    [Test]
    public void Layers_are_merged_in_the_order_in_which_they_are_given()
    {
        using var desk = new Desk(new() { ["root/file"] = "x", ["a=b/all"] = "first\n", ["c/all"] = "second\n", ["c/more"] = "more\n" });
        var answer = desk.Run("run", "--root", "root", "--layer", "a=b=root/new/deps", "--layer", "c=root/new/deps", "--layer", "c=/opt/c", "--commit", "--", "sh", "-c", "cat new/deps/all new/deps/more /opt/c/all; echo x > new/deps/all; echo y > /opt/c/made; echo z > mine").ShouldSucceed();
        Assert.That(answer.Output, Is.EqualTo("first\nmore\nsecond\n"));
        Assert.That(answer.Error, Does.StartWith("2 paths were written below the mount points of layers. No commit takes them: they go with the overlay.\n").And.Contain("1 added (committed)"));
        Assert.That((desk.Tree.Has("root/new"), desk.Tree.Read("root/mine"), desk.Tree.Read("a=b/all"), desk.Tree.Has("c/made")), Is.EqualTo((false, "z\n", "first\n", false)));
        desk.ShouldHaveNothingLeft();
    }

    [Test]
    public void The_plan_shows_them_and_so_does_its_document()
    {
        using var desk = new Desk(new() { ["root/file"] = "x", ["a/file"] = "x", ["b/other"] = "x", ["b/file"] = "y" });
        string[] line = ["run", "--root", "root", "--layer", "a=/opt/deps", "--layer", "b=/opt/deps", "--print"];
        Assert.That(desk.Run([.. line, "--", "true"]).ShouldSucceed().Output, Does.Contain($"\n  layers     /opt/deps\n               {desk.Tree.PathOf("a")}\n               {desk.Tree.PathOf("b")}\n             ! file: from {desk.Tree.PathOf("a")}, hides {desk.Tree.PathOf("b")}\n"));
        var mount = desk.Run([.. line, "--format", "json", "--", "true"]).ShouldSucceed().Json["mounts"]!.AsArray().Single(static mount => (string)mount!["kind"]! == "layers")!;
        Assert.That((string)mount["conflicts"]![0]!["path"]!, Is.EqualTo("file"));
        Assert.That(((string)mount["path"]!, string.Join(' ', mount["layers"]!.AsArray())), Is.EqualTo(("/opt/deps", $"{desk.Tree.PathOf("a")} {desk.Tree.PathOf("b")}")));
    }

    [Test]
    public void The_document_of_a_run_counts_what_was_written_there()
    {
        using var desk = new Desk(new() { ["root/file"] = "x", ["a/file"] = "x" });
        var document = desk.Run("run", "--root", "root", "--layer", "a=/opt/deps", "--discard", "--format", "json", "--", "rm", "/opt/deps/file").ShouldSucceed().Json;
        Assert.That(((string)document["outcome"]!, (int)document["layerWrites"]!), Is.EqualTo(("unchanged", 1)));
    }

    [TestCase("a", "SBX2007")]
    [TestCase("=/opt/deps", "SBX2007")]
    [TestCase("a=", "SBX2007")]
    [TestCase("missing=/opt/deps", "SBX2061")]
    [TestCase("root=/opt/deps", "SBX2062")]
    [TestCase("a=/usr/deps", "SBX2065")]
    public void What_cannot_be_a_layer_is_told(string layer, string code)
    {
        using var desk = new Desk(new() { ["root/file"] = "x", ["a/file"] = "x" });
        Assert.That(desk.Run("run", "--root", "root", "--layer", layer, "--", "true").ShouldExitWith(2).Error, Does.StartWith($"error {code}: "));
        desk.ShouldHaveNothingLeft();
    }
}
