using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Output;
using SandboxedBuild.Tool.Running;

namespace SandboxedBuild.Tool.Commands;

/// <summary><c>run --print</c>: the plan, which is all that the sandbox is made of.</summary>
internal static class PlanOutput
{
    public static int Write(Session session, IReadOnlyList<string> command, SandboxRun run)
    {
        var plan = run.Plan;
        var roots = run.Overlay.Roots.Select(static root => root.Path).ToList();
        if (session.IsJson)
        {
            session.Write(
                new PlanDocument(command, plan.WorkingDirectory, roots, DocumentParts.Camel(plan.Network), plan.Identity.Uid, plan.Identity.Gid, plan.Identity.Capabilities, [.. plan.Mounts.Select(Document)], plan.Environment),
                DocumentJson.Default.PlanDocument);
            return ExitCodes.Done;
        }

        var printer = session.Host.Printer;
        printer.Line(("command   ", Ink.Bold), (string.Join(' ', command), Ink.Plain));
        printer.Line(("in        ", Ink.Bold), (plan.WorkingDirectory, Ink.Plain));
        roots.ForEach(root => printer.Line(("root      ", Ink.Bold), (root, Ink.Plain)));
        printer.Line(("network   ", Ink.Bold), (DocumentParts.Camel(plan.Network), Ink.Plain));
        printer.Line(("user      ", Ink.Bold), ($"{plan.Identity.Uid}:{plan.Identity.Gid}, {(plan.Identity.Capabilities.IsEmpty ? "no capabilities" : string.Join(' ', plan.Identity.Capabilities))}", Ink.Plain));
        printer.Line();
        printer.Line("sees", Ink.Bold);
        foreach (var mount in plan.Mounts.Select(Document))
        {
            printer.Line($"  {mount.Kind,-9}  {mount.Path}{(mount.Source is { } source && source != mount.Path ? $" ({source})" : string.Empty)}");
            foreach (var layer in mount.Layers ?? [])
            {
                printer.Line($"               {layer}");
            }

            foreach (var conflict in mount.Conflicts ?? [])
            {
                printer.Line($"             ! {conflict}");
            }
        }

        printer.Line();
        printer.Line("environment", Ink.Bold);
        foreach (var (name, value) in plan.Environment)
        {
            printer.Line($"  {name}={value}");
        }

        return ExitCodes.Done;
    }

    private static MountDocument Document(Mount mount) => mount switch
    {
        BindMount bind => new(bind.Writable ? "readWrite" : "readOnly", bind.Destination, bind.Source),
        LinkMount link => new("link", link.Destination, link.Target),
        LayerMount layers => new("layers", mount.Destination, null) { Layers = layers.Layers, Conflicts = LayerConflicts.In(layers) },
        OverlayMount => new("overlay", mount.Destination, null),
        EmptyFile => new("emptyFile", mount.Destination, null),
        EmptyDirectory => new("empty", mount.Destination, null),
        ProcMount => new("proc", mount.Destination, null),
        _ => new("dev", mount.Destination, null),
    };
}
