using SandboxedBuild.Tool;
using SandboxedBuild.Tool.Commands;

var host = ToolHost.OfProcess();
try
{
    return Cli.Run(args, host);
}
finally
{
    host.Out.Flush();
}
