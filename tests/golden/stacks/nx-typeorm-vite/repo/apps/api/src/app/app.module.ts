import { TypeOrmModule } from '@nestjs/typeorm'; TypeOrmModule.forRoot({type:'postgres',url:process.env.DATABASE_URL});
