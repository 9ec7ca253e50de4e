process.env.AWS_LAMBDA_FUNCTION_NAME='orders';
for (const [k,v] of Object.entries({AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',AWS_LAMBDA_FUNCTION_VERSION:'$LATEST',AWS_LAMBDA_INITIALIZATION_TYPE:'on-demand',LAMBDA_TASK_ROOT:'/var/task',AWS_XRAY_CONTEXT_MISSING:'LOG_ERROR',AWS_XRAY_DAEMON_ADDRESS:'127.0.0.1:2000',_HANDLER:'handler.handler',_X_AMZN_TRACE_ID:'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',AWS_REGION:'us-east-1',AWS_LAMBDA_FUNCTION_MEMORY_SIZE:'512'})) process.env[k]=v;
const make=(await import('/work/main/test/bench/subjects/warm/'+process.argv[2]+'.ts')).default;
const w=await make('middy'); const run=w.request.run; const N=+process.argv[3]||20000;
for(let i=0;i<3000;i++) await run();
const s=process.cpuUsage(); for(let i=0;i<N;i++) await run(); const e=process.cpuUsage(s); process.stderr.write(`${process.argv[2]} ${((e.user+e.system)/N).toFixed(1)} us user ${(e.user/N).toFixed(1)} sys ${(e.system/N).toFixed(1)}\n`);
